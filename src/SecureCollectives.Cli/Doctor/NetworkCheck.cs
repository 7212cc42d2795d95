using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SecureCollectives.Membership;

namespace SecureCollectives.Cli.Doctor;

/// <summary>Checks whether this worker can find rank 0, whether peers can find this worker, and whether it can listen.</summary>
internal static class NetworkCheck
{
    private const string NameSubject = "names";
    private const string MasterSubject = "rank 0";

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(2);

    public static async IAsyncEnumerable<Finding> ExamineAsync(
        JobOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (master, failure) = await HostResolver.TryAsync(options.MasterAddress, cancellationToken).ConfigureAwait(false);
        yield return failure is null
            ? AddressCheck.ExamineMaster(options, master)
            : Finding.Problem(NameSubject,
                $"The name '{options.MasterAddress}' of rank 0 (MASTER_ADDR) cannot be resolved: {failure}.",
                "Check its spelling and the name service. A worker keeps retrying until its time limit for joining expires.");

        if (options.AdvertisedAddress is { } advertised)
        {
            var (addresses, reason) = await HostResolver.TryAsync(advertised, cancellationToken).ConfigureAwait(false);
            yield return reason is null
                ? AddressCheck.ExamineAdvertised(options, advertised, addresses)
                : Finding.Problem(NameSubject,
                    $"The name '{advertised}' (SECURE_COLLECTIVES_ADVERTISED_ADDRESS) cannot be resolved: {reason}.",
                    "Set it to a name or address at which peers can reach this worker.");
        }

        MasterAnswer? answer = null;
        if (options.Rank != 0 && failure is null)
        {
            answer = await MasterProbe.ConnectAsync(master, options.MasterPort, ConnectLimit, cancellationToken).ConfigureAwait(false);
            yield return Describe(answer, options.MasterPort);
        }

        var (listen, noRoute) = ListenAt(options, master, answer);
        if (noRoute is not null)
        {
            yield return noRoute;
        }

        if (listen is not null)
        {
            foreach (var finding in PortCheck.Examine(options, listen))
            {
                yield return finding;
            }
        }
    }

    private static Finding Describe(MasterAnswer answer, int port) => answer.Error switch
    {
        SocketError.Success =>
            Finding.Good(MasterSubject, $"Something is listening at {answer.Remote}, port {port}, where rank 0 is expected."),
        SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted =>
            Finding.Good(MasterSubject, $"Rank 0's host can be reached; nothing is listening on port {port} yet."),
        SocketError.TimedOut =>
            Finding.Warning(MasterSubject, $"Rank 0's host did not answer on port {port} within {ConnectLimit.TotalSeconds:0} s.",
                "Check that the host is running, and that no firewall or NetworkPolicy drops the connection."),
        SocketError.AddressFamilyNotSupported =>
            Finding.Problem(MasterSubject, "Rank 0's host cannot be reached: this kernel does not support IPv6.",
                "Set MASTER_ADDR to an IPv4 address of rank 0's host, or to a name that resolves to one."),
        var error => Finding.Problem(MasterSubject, $"Rank 0's host cannot be reached: {Words(error)}.",
            "Check MASTER_ADDR and this host's routes ('ip route get ADDRESS')."),
    };

    /// <summary>Returns where the worker would listen; null if that depends on an unknown address of rank 0.</summary>
    private static (ListenAddresses? Listen, Finding? NoRoute) ListenAt(JobOptions options, IPAddress[] master, MasterAnswer? answer)
    {
        try
        {
            return ((options.Rank, master, answer?.Local) switch
            {
                (0, [], _) => null,
                (0, _, _) => ListenAddresses.OfMaster(options, master),
                (_, _, { } local) => ListenAddresses.Given(options) ?? ListenAddresses.Of(options, local),
                (_, [], _) => ListenAddresses.Given(options),
                _ => ListenAddresses.Given(options)
                    ?? ListenAddresses.Of(options, LocalAddresses.Towards(options.MasterAddress, master)),
            }, null);
        }
        catch (MembershipException exception)
        {
            // On other ranks, the failed connection has the same cause and has already been reported.
            return (null, options.Rank == 0 ? Finding.Problem(NameSubject, exception.Message) : null);
        }
    }

    private static string Words(SocketError error) => new SocketException((int)error).Message;
}
