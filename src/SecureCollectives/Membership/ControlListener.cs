using System.Net;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc;

namespace SecureCollectives.Membership;

/// <summary>
/// Opens a worker's control endpoint. Binds as many of the given addresses as possible and warns about the others. Waits for a port that is
/// in use, because rank 0 of an earlier attempt may be about to release it.
/// </summary>
/// <param name="serve">Listens on all of the given addresses, or throws.</param>
/// <param name="limit">The time limit of the join.</param>
/// <param name="logger">The log.</param>
internal sealed class ControlListener(Func<IReadOnlyList<IPAddress>, Task<RpcHost>> serve, JoinLimit limit, ILogger logger)
{
    /// <summary>
    /// The wait for a port without which the worker cannot be reached. The port may be held by an earlier attempt or, for 60 s, by an
    /// outgoing connection in TIME-WAIT.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(65);

    /// <summary>The wait for a port in use on some of the addresses if peers can use the others.</summary>
    public static readonly TimeSpan PatienceForSome = TimeSpan.FromSeconds(5);

    /// <summary>Opens the endpoint.</summary>
    /// <param name="addresses">The addresses to listen on, at least one.</param>
    /// <param name="patience">The longest wait for a port that is in use; zero to fail without waiting.</param>
    /// <returns>The server, and the addresses that it is bound to, in the order of <paramref name="addresses"/>.</returns>
    /// <exception cref="MembershipException">None of the addresses could be bound; the message gives the reason for each.</exception>
    public async Task<(RpcHost Host, IReadOnlyList<IPAddress> Bound)> StartAsync(IReadOnlyList<IPAddress> addresses, TimeSpan patience)
    {
        var started = limit.Elapsed;
        List<IPAddress> left = [.. addresses];
        List<MembershipException> failures = [];
        MembershipException? awaited = null;
        try
        {
            while (true)
            {
                try
                {
                    var host = await serve(left).ConfigureAwait(false);
                    foreach (var failure in failures)
                    {
                        Log.AddressIsNotServed(logger, string.Join<IPAddress>(" and ", left), failure.Message);
                    }

                    return (host, left);
                }
                catch (MembershipException exception) when (exception.InnerException is RpcBindException bind)
                {
                    IPAddress[] others = [.. left.Where(address => !address.Equals(bind.EndPoint.Address))];
                    var wait = Suffice(others, addresses) && patience > PatienceForSome ? PatienceForSome : patience;
                    if (!bind.IsInUse || limit.Elapsed - started >= wait)
                    {
                        if (others.Length == left.Count)
                        {
                            throw; // The failing address is not in the list, so there is nothing to remove.
                        }

                        failures.Add(exception);
                        left = [.. others];
                        awaited = null;
                        if (left.Count == 0)
                        {
                            throw All(failures);
                        }

                        continue;
                    }

                    if (awaited is null)
                    {
                        Log.PortIsAwaited(logger, wait.TotalSeconds, exception.Message);
                    }

                    awaited = exception;
                }

                await limit.DelayAsync(RetryPause.First).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (limit.IsOver && awaited is not null)
        {
            throw All([.. failures, awaited]);
        }
    }

    /// <summary>Returns whether some of the addresses are enough for peers to reach the worker; loopback cannot replace others.</summary>
    private static bool Suffice(IPAddress[] some, IReadOnlyList<IPAddress> all) =>
        some.Length > 0 && (!Array.TrueForAll(some, IPAddress.IsLoopback) || all.All(IPAddress.IsLoopback));

    private static MembershipException All(List<MembershipException> failures) => failures is [var only]
        ? only
        : new MembershipException(
            MembershipError.Address,
            $"None of the addresses of rank 0 (MASTER_ADDR) can be listened on. {string.Join(' ', failures.Select(one => one.Message))}",
            failures[0].InnerException);
}
