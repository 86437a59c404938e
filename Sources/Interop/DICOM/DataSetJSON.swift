public import ImagingCase

/// Data sets in the DICOM JSON Model, both ways.
///
/// Source: DICOM PS3.18 Annex F.
public enum DataSetJSON {
    /// The media type.
    public static let mediaType = "application/dicom+json"

    /// Writes a data set as one object, its elements in ascending order of their tags; an empty element has no `Value`.
    ///
    /// Source: DICOM PS3.18 F.2.2, F.2.5.
    public static func write(_ dataSet: DataSet, to json: inout JSONWriter) {
        json.beginObject()
        for tag in dataSet.elements.keys.sorted() {
            guard let element = dataSet.elements[tag] else { continue }
            json.key(tag.description)
            json.beginObject()
            json.member("vr", element.representation.rawValue)
            write(element, to: &json)
            json.endObject()
        }
        json.endObject()
    }

    private static func write(_ element: Element, to json: inout JSONWriter) {
        switch element.value {
        case .items(let items):
            guard !items.isEmpty else { return }
            json.key("Value")
            json.beginArray()
            for item in items { write(item, to: &json) }
            json.endArray()
        case .texts(let texts):
            guard !texts.isEmpty else { return }
            json.key("Value")
            json.beginArray()
            for text in texts {
                let isName = element.representation == .personName
                // A name of empty groups is no name: it is read back as none.
                if text.isEmpty || (isName && text.allSatisfy { $0 == "=" }) {
                    json.null()
                } else if isName {
                    writeName(text, to: &json)
                } else {
                    json.string(text)
                }
            }
            json.endArray()
        }
    }

    /// A person's name by its groups of components: alphabetic, ideographic, phonetic.
    ///
    /// Source: DICOM PS3.18 F.2.2; PS3.5 6.2.1.
    private static func writeName(_ name: String, to json: inout JSONWriter) {
        json.beginObject()
        let groups = name.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false)
        for (key, group) in zip(nameGroups, groups) where !group.isEmpty {
            json.key(key)
            json.string(String(group))
        }
        json.endObject()
    }

    static let nameGroups = ["Alphabetic", "Ideographic", "Phonetic"]
}
