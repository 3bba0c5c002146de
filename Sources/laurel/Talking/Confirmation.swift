import Tabular

/// A dangerous step's question, which only a typed word answers.
enum Confirmation {
  /// Returns when the word was typed; refuses anything else, and a command that nobody sits before.
  static func ask(_ question: String, word: String, language: Language) throws(CommandFailure) {
    guard Terminal(descriptor: 0).isInteractive else {
      throw .refused(
        language("nobody is here to confirm; add --yes", "没有人在终端前确认；请加 --yes"))
    }
    Terminal.error.show(language("\(question) Type \(word): ", "\(question) 请输入 \(word)："))
    guard readLine() == word else {
      throw .refused(language("not confirmed; nothing was done", "未确认，没有做任何改动"))
    }
  }
}
