extension DataSetJSON {
    /// Reads one data set: an object, or a list of one object as some clients send it.
    ///
    /// Elements whose values are numbers, bytes or references to bytes are read over: nothing that is asked of a worklist has one.
    /// - Throws: `DataSetRefusal` with the place or the tag; its sentence repeats no value.
    public static func read(_ bytes: [UInt8]) throws(DataSetRefusal) -> DataSet {
        let tree = try JSONTree(parsing: bytes)
        switch tree {
        case .object: return try dataSet(tree)
        case .list(let sets) where sets.count == 1: return try dataSet(sets[0])
        case .list(let sets): throw DataSetRefusal("One data set was expected, and \(sets.count) came.")
        default: throw DataSetRefusal("A data set is an object, and something else came.")
        }
    }

    private static func dataSet(_ tree: JSONTree) throws(DataSetRefusal) -> DataSet {
        guard case .object(let members) = tree else { throw DataSetRefusal("A data set is an object, and something else came.") }
        var result = DataSet()
        for (name, value) in members {
            guard let tag = Tag(name) else {
                throw DataSetRefusal(
                    "A data element is named by eight hexadecimal digits, and one of \(name.utf8.count) bytes is not.")
            }
            if let element = try element(value, tag) { result.set(tag, element) }
        }
        return result
    }

    /// Source: DICOM PS3.18 F.2.2.
    private static func element(_ tree: JSONTree, _ tag: Tag) throws(DataSetRefusal) -> Element? {
        guard case .object(let members) = tree else { throw DataSetRefusal("\(tag): an object was expected.") }
        var representation: ValueRepresentation?
        var values: [JSONTree] = []
        for (name, value) in members {
            switch (name, value) {
            case ("vr", .text(let text)):
                guard text.utf8.count == 2 else { throw DataSetRefusal("\(tag).vr: two letters were expected.") }
                // One that is not of a worklist is read over.
                guard let known = ValueRepresentation(rawValue: text) else { return nil }
                representation = known
            case ("Value", .list(let list)): values = list
            case ("InlineBinary", _), ("BulkDataURI", _): return nil
            default: throw DataSetRefusal("\(tag): it has vr and Value, and another member came.")
            }
        }
        guard let representation else { throw DataSetRefusal("\(tag): its vr is missing.") }
        return Element(representation, try value(values, representation, tag))
    }

    private static func value(
        _ values: [JSONTree], _ representation: ValueRepresentation, _ tag: Tag
    ) throws(DataSetRefusal) -> ElementValue {
        if representation == .sequence {
            var items: [DataSet] = []
            for value in values { items.append(value == .null ? DataSet() : try dataSet(value)) }
            return .items(items)
        }
        var texts: [String] = []
        for value in values {
            switch value {
            case .text(let text) where representation != .personName: texts.append(text)
            case .object(let groups) where representation == .personName: texts.append(try name(groups, tag))
            case .null: texts.append("")
            default: throw DataSetRefusal("\(tag): a value is not of its vr \(representation.rawValue).")
            }
        }
        return .texts(texts)
    }

    private static func name(_ groups: [(name: String, value: JSONTree)], _ tag: Tag) throws(DataSetRefusal) -> String {
        var parts = ["", "", ""]
        for (name, value) in groups {
            guard let place = nameGroups.firstIndex(of: name), case .text(let text) = value else {
                throw DataSetRefusal("\(tag): a name has Alphabetic, Ideographic and Phonetic, and another member came.")
            }
            parts[place] = text
        }
        while parts.count > 1, parts.last == "" { parts.removeLast() }
        return parts.joined(separator: "=")
    }
}
