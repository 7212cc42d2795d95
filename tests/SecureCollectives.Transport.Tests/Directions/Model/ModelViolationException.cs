namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>Something came about in the model that must not.</summary>
internal sealed class ModelViolationException(string message) : Exception(message);
