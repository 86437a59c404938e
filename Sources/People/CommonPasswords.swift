/// Passwords of twelve characters and more that whoever guesses begins with; shorter ones are refused for their length.
///
/// Written for this project: words, keys that lie side by side and how people make them longer, in place of a copied list. What is
/// refused is what is tried first, not how a password is composed.
///
/// Source: NIST SP 800-63B 5.1.1.2 (commonly used, expected or compromised values; repetitive and sequential characters).
enum CommonPasswords {
    static func contains(_ text: String) -> Bool {
        let lower = text.lowercased()
        return [lower, plain(lower)].contains { isListed($0) || isRepeated($0) || isRun($0) || isWord($0) || isTwoWords($0) }
    }

    private static func isListed(_ text: String) -> Bool { listed.contains(text) }

    /// Letters in the place of the signs that people write for them.
    private static func plain(_ text: String) -> String {
        let letters: [Character: Character] = [
            "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i",
        ]
        return String(text.map { letters[$0] ?? $0 })
    }

    /// A part of up to six characters again and again, also where the last time is cut.
    private static func isRepeated(_ text: String) -> Bool {
        let all = Array(text)
        return (1...6).contains { size in all.indices.allSatisfy { all[$0] == all[$0 % size] } }
    }

    /// Keys that lie side by side, or letters and digits in their order, forwards or backwards, with up to three others beside.
    private static func isRun(_ text: String) -> Bool {
        let all = Array(text)
        var (others, start) = (0, 0)
        while start < all.count {
            let end = rows.map { row in Self.end(of: start, in: all, row) }.max() ?? start + 1
            if end - start < 4 { others += end - start }
            start = end
        }
        return others < 4
    }

    /// Where a run that begins at a place ends in a row of keys.
    private static func end(of start: Int, in all: [Character], _ row: [Character: Character]) -> Int {
        var end = start + 1
        while end < all.count, row[all[end - 1]] == all[end] { end += 1 }
        return end
    }

    /// A word with the usual endings: password1234!, welcome12345.
    private static func isWord(_ text: String) -> Bool {
        let word = text.drop { !$0.isLetter }.prefix { $0.isLetter }
        if words.contains(String(word)), text.count - word.count <= 8 { return true }
        // Signs within a word stand for letters, those at its ends do not.
        let inner = text.drop { !$0.isLetter }
        let core = String(inner.prefix(inner.count - inner.reversed().prefix { !$0.isLetter }.count))
        return words.contains(plain(core)) && text.count - core.count <= 8
    }

    /// Two of the words, or one twice, with up to four signs before, between or after.
    private static func isTwoWords(_ text: String) -> Bool {
        let letters = text.filter(\.isLetter)
        guard text.count - letters.count <= 4 else { return false }
        return letters.indices.dropFirst(3).contains { place in
            words.contains(String(letters[..<place])) && words.contains(String(letters[place...]))
        }
    }

    /// For each row of keys the one that follows on each, forwards and backwards.
    private static let rows: [[Character: Character]] = [
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "1234567890", "qwertyuiop[]", "qwertzuiopü", "azertyuiop", "asdfghjkl;'",
        "asdfghjklöä", "qsdfghjklm", "zxcvbnm,./", "yxcvbnm,.-", "wxcvbn,;:", "1qaz2wsx3edc4rfv5tgb", "qazwsxedcrfvtgb",
        "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "zaq12wsxcde34rfv", "!@#$%^&*()", "!\"§$%&/()=",
    ].flatMap { row in [Array(row), Array(row.reversed())] }.map { row in
        Dictionary(zip(row, row.dropFirst()), uniquingKeysWith: { first, _ in first })
    }

    private static let listed: Set<String> = [
        "correcthorsebatterystaple", "iloveyouforever", "letmeinplease", "thisisapassword", "thisismypassword", "mypasswordis",
        "opensesame123", "trustno1trustno1", "1234567890qwerty", "qwerty1234567890", "123qweasdzxc", "qweasdzxc123",
        "1234qwerasdf",
        "qwer1234asdf", "qwe123qwe123", "asd123asd123", "abcd1234abcd", "a1b2c3d4e5f6", "pass1234pass", "whateverwhatever",
        "idontknow123", "ichliebedich", "ichliebedich1", "meinpasswort", "meinpasswort1", "motdepasse123", "jetaimejetaime",
        "micontrasena", "contrasena123", "tequieromucho", "minhasenha123", "lamiapassword", "mijnwachtwoord", "mojehaslo123",
        "unknownunknown", "donotusethis", "pleasechangeme", "changemeplease", "changethispassword", "defaultpassword",
        "temporarypassword", "theresnoplacelikehome", "maytheforcebewithyou", "tobeornottobe",
    ]

    /// What people take for a password in some languages, what sites and devices are delivered with, and what lies near at a hospital.
    private static let words: Set<String> = [
        "password", "passwort", "kennwort", "motdepasse", "contrasena", "contraseña", "senha", "wachtwoord", "haslo", "parola",
        "losenord",
        "pass", "passphrase", "secret", "geheim", "geheimnis", "login", "signin", "welcome", "willkommen", "bienvenue",
        "bienvenido",
        "benvenuto", "hello", "hallo", "bonjour", "changeme", "letmein", "opensesame", "default", "temporary", "temp", "test",
        "testing",
        "tester", "demo", "guest", "user", "username", "root", "admin", "administrator", "sysadmin", "superuser", "manager",
        "master",
        "service", "support", "system", "server", "computer", "internet", "network", "windows", "linux", "oracle", "qwerty",
        "qwertz",
        "azerty", "qwertyuiop", "asdf", "iloveyou", "loveyou", "lovely", "love", "schatz", "sunshine", "princess", "princesse",
        "football", "fussball", "baseball", "basketball", "soccer", "hockey", "monkey", "dragon", "tiger", "shadow", "superman",
        "batman", "spiderman", "pokemon", "starwars", "freedom", "whatever", "trustnoone", "flower", "butterfly", "chocolate",
        "cookie",
        "summer", "winter", "spring", "autumn", "sommer", "herbst", "january", "february", "march", "april", "june", "july",
        "august",
        "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "sunday",
        "michael", "jennifer", "jessica", "charlie", "daniel", "thomas", "andrea", "london", "berlin", "paris", "hospital",
        "clinic",
        "klinik", "krankenhaus", "medical", "medicine", "doctor", "nurse", "patient", "radiology", "radiologie", "radiologist",
        "technologist", "xray", "imaging", "pacs", "dicom", "orthanc", "filmjacket",
    ]
}
