import Problems

/// A node's numbers in the text form that Prometheus reads. No name or id of a person or study is ever a label.
///
/// Source: Prometheus text-based format 0.0.4.
enum Metrics {
    private static let help: [String: String] = [
        "filmjacket_log_head_sequence": "Events that this site has recorded.",
        "filmjacket_outbox_events": "Recorded events that the hub does not hold yet.",
        "filmjacket_outbox_oldest_seconds": "Age of the oldest event that the hub does not hold yet.",
        "filmjacket_conflicts_open": "Conflicts that wait for a person.",
        "filmjacket_hub_up": "Whether the hub answered last.",
        "filmjacket_store_free_bytes": "Free space where the store lies.",
        "filmjacket_events": "Events held, of all sites.",
    ]

    static func text(_ gauges: [(name: String, value: Double)]) -> String {
        var lines = [
            "# HELP filmjacket_build_info Release and wire version.", "# TYPE filmjacket_build_info gauge",
            "filmjacket_build_info{version=\"\(Version.text)\",wire=\"\(Version.wire)\"} 1",
        ]
        for (name, value) in gauges {
            if let help = help[name] { lines.append("# HELP \(name) \(help)") }
            lines.append("# TYPE \(name) gauge")
            lines.append("\(name) \(number(value))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func number(_ value: Double) -> String {
        value.rounded() == value && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
