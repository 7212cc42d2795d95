namespace SecureCollectives.Transport.Schedules;

/// <summary>A reduction that is not this library's has thrown.</summary>
/// <param name="message">Which; the beginning of a sentence.</param>
/// <param name="innerException">What it threw.</param>
internal sealed class ReductionException(string message, Exception innerException) : Exception(message, innerException);
