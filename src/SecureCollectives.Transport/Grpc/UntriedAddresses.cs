using System.Net;

namespace SecureCollectives.Transport.Grpc;

/// <summary>The addresses of a peer's host at which a lane has not been tried yet. Serves one lane.</summary>
/// <param name="resolve">Finds the addresses of a host, in the order in which they are tried; called once.</param>
internal sealed class UntriedAddresses(Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private IPAddress[]? _left;

    public bool IsEmpty => _left is null or [];

    /// <summary>Returns the remaining addresses; initially, all addresses of the host.</summary>
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        _left ??= await resolve(host, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Removes an address that did not answer as the peer. Null, or an address that is not among them, removes them all, so that the
    /// attempts end.
    /// </summary>
    public void Remove(IPAddress? address)
    {
        IPAddress[] others = [.. (_left ?? []).Where(other => !other.Equals(address))];
        _left = others.Length < _left?.Length ? others : [];
    }
}
