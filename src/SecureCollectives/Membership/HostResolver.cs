using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc;

namespace SecureCollectives.Membership;

/// <summary>Finds the addresses of hosts.</summary>
internal static class HostResolver
{
    /// <summary>Long enough for a resolver that tries its second server after the first has not answered for 5 s.</summary>
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(12);

    /// <inheritdoc cref="HostAddresses.ResolveAsync"/>
    public static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        HostAddresses.ResolveAsync(host, cancellationToken);

    /// <summary>Leaves out the unspecified addresses, to which nobody can connect.</summary>
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

    /// <summary>Retries until the name of rank 0 resolves: a cluster may publish it only when rank 0 is about to start.</summary>
    /// <param name="host">MASTER_ADDR.</param>
    /// <param name="resolve">Finds the addresses of a host, or throws.</param>
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
                var (addresses, failure) = await TryAsync(host, resolve, limit).ConfigureAwait(false);
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

    private static async Task<(IPAddress[] Addresses, string? Failure)> TryAsync(
        string host, Func<string, CancellationToken, Task<IPAddress[]>> resolve, JoinLimit limit)
    {
        try
        {
            var addresses = await resolve(host, limit.Token).WaitAsync(AttemptLimit, limit.Clock, limit.Token).ConfigureAwait(false);
            return (addresses, addresses.Length == 0 ? "it has no address" : null);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return ([], exception.Message);
        }
        catch (TimeoutException)
        {
            return ([], $"the name service did not answer within {AttemptLimit.TotalSeconds:0.#} s");
        }
    }
}
