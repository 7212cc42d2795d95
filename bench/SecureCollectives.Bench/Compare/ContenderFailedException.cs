namespace SecureCollectives.Bench.Compare;

/// <summary>A contender did not deliver its samples; the message says why.</summary>
internal sealed class ContenderFailedException(string message) : Exception(message);
