namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>The model reached a state that violates its invariants.</summary>
internal sealed class ModelViolationException(string message) : Exception(message);
