/// A quantity at whose height somebody must look.
public enum DoseQuantity: String, CaseIterable, Sendable {
    /// Dose at the reference point of all projections, in Gy.
    case airKerma
    /// Dose area product of all projections, in Gy*cm2.
    case kermaAreaProduct
    /// Time of all fluoroscopy, in minutes.
    case fluoroscopy
    /// Skin dose of all projections, in Gy: an upper bound, because fields need not overlap.
    case skinDose
    /// The greatest CTDIvol, in mGy; such values do not add up.
    case ctdiVol

    /// The unit, for people.
    public var unit: String {
        switch self {
        case .airKerma, .skinDose: "Gy"
        case .kermaAreaProduct: "Gy*cm2"
        case .fluoroscopy: "min"
        case .ctdiVol: "mGy"
        }
    }
}

/// The heights from which somebody must look: policy of a site. The folded state uses the standard ones, so that every node derives
/// the same; a view may pass its own.
///
/// Source: NCRP Report 168 and SIR guidelines for patient radiation dose management (substantial dose levels: Ka,r 5 Gy, PKA
/// 500 Gy*cm2, fluoroscopy 60 min, peak skin dose 3 Gy); FDA and AAPM advice for CT (CTDIvol 1000 mGy).
public struct DoseLevels: Hashable, Sendable {
    /// Dose at the reference point in Gy.
    public var airKermaGray: Double
    /// Dose area product in Gy*cm2.
    public var kermaAreaProductGraySquareCentimetre: Double
    /// Fluoroscopy in minutes.
    public var fluoroscopyMinutes: Double
    /// Skin dose in Gy.
    public var skinDoseGray: Double
    /// CTDIvol in mGy.
    public var ctdiVolMilligray: Double

    /// Sets levels; what is left out is the standard, and 0 or less asks for no alert.
    public init(
        airKermaGray: Double = 5, kermaAreaProductGraySquareCentimetre: Double = 500, fluoroscopyMinutes: Double = 60,
        skinDoseGray: Double = 3, ctdiVolMilligray: Double = 1000
    ) {
        self.airKermaGray = airKermaGray
        self.kermaAreaProductGraySquareCentimetre = kermaAreaProductGraySquareCentimetre
        self.fluoroscopyMinutes = fluoroscopyMinutes
        self.skinDoseGray = skinDoseGray
        self.ctdiVolMilligray = ctdiVolMilligray
    }

    /// The levels of the folded state.
    public static let standard = DoseLevels()

    /// The level of a quantity, in its unit.
    public subscript(quantity: DoseQuantity) -> Double {
        switch quantity {
        case .airKerma: airKermaGray
        case .kermaAreaProduct: kermaAreaProductGraySquareCentimetre
        case .fluoroscopy: fluoroscopyMinutes
        case .skinDose: skinDoseGray
        case .ctdiVol: ctdiVolMilligray
        }
    }

    /// The quantities of some totals that reach their level.
    public func reached(by totals: DoseTotals) -> [DoseQuantity] {
        DoseQuantity.allCases.filter { self[$0] > 0 && totals[$0] >= self[$0] }
    }
}

/// What some irradiations gave together.
public struct DoseTotals: Hashable, Sendable {
    /// Dose length product in mGy*cm.
    public private(set) var dlpMilligrayCentimetre = 0.0
    /// The greatest CTDIvol in mGy.
    public private(set) var ctdiVolMilligrayMaximum = 0.0
    /// Dose at the reference point in Gy.
    public private(set) var referencePointAirKermaGray = 0.0
    /// Dose area product in Gy*cm2.
    public private(set) var kermaAreaProductGraySquareCentimetre = 0.0
    /// Fluoroscopy in minutes.
    public private(set) var fluoroscopyMinutes = 0.0
    /// Skin dose in Gy.
    public private(set) var skinDoseGray = 0.0

    /// Adds up, to 0.0001 of each unit: decimal fractions do not add up in binary, and nobody measures below this.
    public init(of irradiations: some Sequence<IrradiationEvent>) {
        var fluoroscopySeconds = 0.0
        for irradiation in irradiations {
            dlpMilligrayCentimetre += irradiation.dlpMilligrayCentimetre
            ctdiVolMilligrayMaximum = max(ctdiVolMilligrayMaximum, irradiation.ctdiVolMilligray)
            guard let projection = irradiation.projection else { continue }
            referencePointAirKermaGray += projection.referencePointAirKermaGray
            kermaAreaProductGraySquareCentimetre += projection.kermaAreaProductGraySquareCentimetre
            fluoroscopySeconds += projection.fluoroscopySeconds
            skinDoseGray += projection.skinDoseGray
        }
        dlpMilligrayCentimetre = Self.rounded(dlpMilligrayCentimetre)
        referencePointAirKermaGray = Self.rounded(referencePointAirKermaGray)
        kermaAreaProductGraySquareCentimetre = Self.rounded(kermaAreaProductGraySquareCentimetre)
        fluoroscopyMinutes = Self.rounded(fluoroscopySeconds / 60)
        skinDoseGray = Self.rounded(skinDoseGray)
    }

    private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

    /// The total of a quantity, in its unit.
    public subscript(quantity: DoseQuantity) -> Double {
        switch quantity {
        case .airKerma: referencePointAirKermaGray
        case .kermaAreaProduct: kermaAreaProductGraySquareCentimetre
        case .fluoroscopy: fluoroscopyMinutes
        case .skinDose: skinDoseGray
        case .ctdiVol: ctdiVolMilligrayMaximum
        }
    }

    /// Writes the members that are not 0.
    func write(to json: inout JSONWriter) {
        let members: [(StaticString, Double)] = [
            ("referencePointAirKermaGray", referencePointAirKermaGray),
            ("kermaAreaProductGraySquareCentimetre", kermaAreaProductGraySquareCentimetre),
            ("fluoroscopyMinutes", fluoroscopyMinutes), ("skinDoseGray", skinDoseGray),
        ]
        for (name, value) in members where value > 0 {
            json.key(name)
            json.real(value)
        }
    }
}
