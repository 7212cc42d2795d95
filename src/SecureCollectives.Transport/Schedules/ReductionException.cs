namespace SecureCollectives.Transport.Schedules;

/// <summary>A user-defined reduction has thrown.</summary>
/// <param name="message">Names the reduction; the beginning of a sentence.</param>
/// <param name="innerException">The exception that the user's code threw.</param>
internal sealed class ReductionException(string message, Exception innerException) : Exception(message, innerException);
