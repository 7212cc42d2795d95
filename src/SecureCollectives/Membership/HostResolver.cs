using System.Net;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc;

namespace SecureCollectives.Membership;

/// <summary>Resolves host names to addresses.</summary>
internal static class HostResolver
{
    /// <inheritdoc cref="HostAddresses.ResolveAsync"/>
    public static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        HostAddresses.ResolveAsync(host, cancellationToken);

    /// <summary>Queries the system's resolver once, waiting at most <see cref="HostAddresses.LookupTimeout"/>.</summary>
    /// <returns>The addresses, or the reason why there are none.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<(IPAddress[] Addresses, string? Failure)> TryAsync(string host, CancellationToken cancellationToken)
    {
        var lookup = await HostAddresses.TryResolveAsync(host, ResolveAsync, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        return (lookup.Addresses, lookup.Failure);
    }

    /// <summary>Wraps a resolver to leave out unspecified addresses, to which nobody can connect.</summary>
    /// <param name="resolve">Finds the addresses of a host.</param>
    /// <returns>A resolver that throws <see cref="ArgumentException"/> if a host has no other address.</returns>
    public static Func<string, CancellationToken, Task<IPAddress[]>> Connectable(
        Func<string, CancellationToken, Task<IPAddress[]>> resolve) => async (host, cancellationToken) =>
    {
        var addresses = await resolve(host, cancellationToken).ConfigureAwait(false);
        IPAddress[] connectable = [.. addresses.Where(static address => !HostPort.IsUnspecified(address))];
        return connectable.Length > 0 || addresses.Length == 0
            ? connectable
            : throw new ArgumentException($"its only address is {addresses[0]}, the unspecified one, to which nobody can connect");
    };

    /// <summary>Retries until the name of rank 0 resolves, since a cluster may not publish it until rank 0 is about to start.</summary>
    /// <param name="host">MASTER_ADDR.</param>
    /// <param name="resolve">Resolves a host name to addresses, or throws.</param>
    /// <param name="limit">The time limit of the join.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="MembershipException">The name did not resolve in time.</exception>
    public static async Task<IPAddress[]> ResolveMasterAsync(
        string host, Func<string, CancellationToken, Task<IPAddress[]>> resolve, JoinLimit limit, ILogger logger)
    {
        var pause = new RetryPause();
        string? reason = null;
        try
        {
            while (true)
            {
                var (addresses, failure, _) =
                    await HostAddresses.TryResolveAsync(host, resolve, limit.Clock, limit.Token).ConfigureAwait(false);
                if (failure is null)
                {
                    return addresses;
                }

                if (reason is null)
                {
                    Log.NameIsAwaited(logger, host, limit.Timeout.TotalSeconds, failure);
                }

                reason = failure;
                await limit.DelayAsync(pause.Next()).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (limit.IsOver)
        {
            throw new MembershipException(
                MembershipError.Unreachable,
                $"The name '{host}' of rank 0 (MASTER_ADDR) could not be resolved within {limit}: "
                    + $"{reason ?? "the name service did not answer"}. Check its spelling and the name service.");
        }
    }
}
