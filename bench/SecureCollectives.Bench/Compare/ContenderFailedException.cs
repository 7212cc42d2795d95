namespace SecureCollectives.Bench.Compare;

/// <summary>A contender did not bring its samples; the message says what became of it.</summary>
internal sealed class ContenderFailedException(string message) : Exception(message);
