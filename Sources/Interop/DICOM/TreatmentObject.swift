public import ImagingCase

/// A plan or a record of radiotherapy as an archive spells it out.
///
/// Source: DICOM PS3.3 A.20 (RT Plan), A.29 (RT Beams Treatment Record), C.8.8.9, C.8.8.13, C.8.8.21.
public enum TreatmentObject {
    /// What a plan or record says happened; nil for another kind of object.
    ///
    /// - Throws: ``OrthancRefusal`` that names the field.
    public static func event(_ object: OrthancJSON) throws(OrthancRefusal) -> TreatmentEvent? {
        switch DICOMText.value(object["SOPClassUID"]?.text ?? "") {
        case "1.2.840.10008.5.1.4.1.1.481.5": .planVersionCreated(try plan(object))
        case "1.2.840.10008.5.1.4.1.1.481.4": .fractionDelivered(try record(object))
        default: nil
        }
    }

    private static func plan(_ object: OrthancJSON) throws(OrthancRefusal) -> RTPlanVersionCreated {
        var plan = RTPlanVersionCreated(planUID: try uid(object, "SOPInstanceUID"))
        plan.label = DICOMText.value(object["RTPlanLabel"]?.text ?? "")
        guard let group = object["FractionGroupSequence"]?.list?.first else {
            throw OrthancRefusal("FractionGroupSequence", expected: "a fraction group")
        }
        plan.fractions = try count(group, "NumberOfFractionsPlanned", in: "FractionGroupSequence.")
        plan.fractionCentigray = try doseOfFraction(object, group, plan.fractions)
        for other in object["ReferencedRTPlanSequence"]?.list ?? []
        where DICOMText.value(other["RTPlanRelationship"]?.text ?? "") == "PREDECESSOR" {
            plan.replaces = try uid(other, "ReferencedSOPInstanceUID")
        }
        return plan
    }

    /// The prescribed dose shared out among the fractions, else the beams' doses together.
    private static func doseOfFraction(
        _ object: OrthancJSON, _ group: OrthancJSON, _ fractions: Int
    ) throws(OrthancRefusal) -> Double {
        let prescribed = (object["DoseReferenceSequence"]?.list ?? []).compactMap { reference in
            reference["TargetPrescriptionDose"]?.text.flatMap(DICOMText.number)
        }
        if let total = prescribed.max(), total > 0, fractions > 0 { return total * 100 / Double(fractions) }
        let beams = (group["ReferencedBeamSequence"]?.list ?? []).compactMap { $0["BeamDose"]?.text.flatMap(DICOMText.number) }
        let sum = beams.reduce(0, +)
        guard sum > 0 else {
            throw OrthancRefusal("DoseReferenceSequence.TargetPrescriptionDose", expected: "a dose above 0, here or of the beams")
        }
        return sum * 100
    }

    private static func record(_ object: OrthancJSON) throws(OrthancRefusal) -> RTFractionDelivered {
        var said = RTFractionDelivered(recordUID: try uid(object, "SOPInstanceUID"))
        guard let plan = object["ReferencedRTPlanSequence"]?.list?.first else {
            throw OrthancRefusal("ReferencedRTPlanSequence", expected: "the plan that was used")
        }
        said.planUID = try uid(plan, "ReferencedSOPInstanceUID")
        guard let beams = object["TreatmentSessionBeamSequence"]?.list, let first = beams.first else {
            throw OrthancRefusal("TreatmentSessionBeamSequence", expected: "a beam")
        }
        said.fraction = try count(first, "CurrentFractionNumber", in: "TreatmentSessionBeamSequence.")
        said.machine = DICOMText.value(
            object["TreatmentMachineSequence"]?.list?.first?["TreatmentMachineName"]?.text ?? "")
        said.treatmentDate = DICOMText.date(object["TreatmentDate"]?.text ?? "")
        said.termination = end(beams)
        var units = 0.0
        for beam in beams { units += beam["DeliveredPrimaryMeterset"]?.text.flatMap(DICOMText.number) ?? 0 }
        said.monitorUnits = units
        return said
    }

    /// A beam that was stopped stopped the fraction.
    private static func end(_ beams: [OrthancJSON]) -> FractionEnd {
        let words = beams.map { DICOMText.value($0["TreatmentTerminationStatus"]?.text ?? "") }
        if words.contains("MACHINE") { return .machineStop }
        if words.contains("OPERATOR") { return .operatorStop }
        return words.allSatisfy { $0 == "NORMAL" } ? .normal : .unspecified
    }

    private static func uid(_ object: OrthancJSON, _ name: String) throws(OrthancRefusal) -> String {
        let uid = DICOMText.value(try object.text(name))
        guard UniqueIdentifier.isWellFormed(uid) else { throw OrthancRefusal(name, expected: "a DICOM UID") }
        return uid
    }

    private static func count(_ object: OrthancJSON, _ name: String, in path: String) throws(OrthancRefusal) -> Int {
        guard let number = DICOMText.number(try object.text(name, in: path)), (1...1000).contains(number),
            number == number.rounded()
        else { throw OrthancRefusal(path + name, expected: "a whole number from 1") }
        return Int(number)
    }
}
