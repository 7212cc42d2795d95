using System.Net;

namespace SecureCollectives.Rpc;

/// <summary>The result of looking up a host.</summary>
/// <param name="Addresses">The addresses, in the order in which to try them; empty if the host did not resolve.</param>
/// <param name="Failure">A human-readable reason why the host did not resolve, without a full stop; null if it did.</param>
/// <param name="Cause">The exception behind the failure, if there is one.</param>
internal readonly record struct HostLookup(IPAddress[] Addresses, string? Failure, Exception? Cause);
