import Foundation
import Problems
import Web

/// Where a command says things: results on standard output, remarks on standard error.
enum Output {
    /// A result line.
    static func line(_ text: String) { Terminal.write(text + "\n", to: STDOUT_FILENO) }

    /// A remark for people.
    static func remark(_ text: String) { Terminal.write(text + "\n", to: STDERR_FILENO) }

    /// Prints an answer and ends the process with its exit code.
    static func finish(_ answer: DeskAnswer, json: Bool) -> Never {
        if json {
            line(answer.json)
        } else {
            let text = Terminal.safe(answer.text)
            if !text.isEmpty { line(Terminal.isColoured(STDOUT_FILENO) ? Terminal.emphasised(text) : text) }
            if !answer.remark.isEmpty { remark(Terminal.safe(answer.remark)) }
        }
        exit(answer.exit)
    }

    /// Prints a problem and ends the process with its exit code.
    static func fail(_ problem: Problem, json: Bool) -> Never { finish(DeskAnswer(problem: problem), json: json) }
}
