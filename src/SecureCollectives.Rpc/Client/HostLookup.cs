using System.Net;

namespace SecureCollectives.Rpc;

/// <summary>The answer of the name service about one host.</summary>
/// <param name="Addresses">The addresses in the order in which they are tried; empty if the host did not resolve.</param>
/// <param name="Failure">Why the host did not resolve, for people, without a full stop; null if it did.</param>
/// <param name="Cause">The exception behind the failure, if there is one.</param>
internal readonly record struct HostLookup(IPAddress[] Addresses, string? Failure, Exception? Cause);
