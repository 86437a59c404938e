import Interop

/// Small DICOM objects, written for a test.
struct OrthancSample {
    var study = "1.2.826.0.1.3680043.2.1"
    var patient = "P1"
    var accession = "A1"
    var modality = "CT"

    /// One image of a series.
    func image(series: Int, number: Int, text: String = "image") -> [UInt8] {
        let sop = "1.2.840.10008.5.1.4.1.1.2"
        let instance = "\(study).\(series).\(number)"
        return DICOMFile.bytes(
            sopClass: sop, sopInstance: instance,
            [
                DICOMElement(0x0008_0005, "CS", "ISO_IR 192"), DICOMElement(0x0008_0016, "UI", sop),
                DICOMElement(0x0008_0018, "UI", instance), DICOMElement(0x0008_0020, "DA", "20261124"),
                DICOMElement(0x0008_0050, "SH", accession), DICOMElement(0x0008_0060, "CS", modality),
                DICOMElement(0x0010_0010, "PN", "DOE^JANE"), DICOMElement(0x0010_0020, "LO", patient),
                DICOMElement(0x0020_000d, "UI", study), DICOMElement(0x0020_000e, "UI", "\(study).\(series)"),
                DICOMElement(0x0020_0013, "IS", "\(number)"), DICOMElement(0x0020_4000, "LT", text),
            ])
    }
}
