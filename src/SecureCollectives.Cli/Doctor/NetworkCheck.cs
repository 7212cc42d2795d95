using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SecureCollectives.Membership;

namespace SecureCollectives.Cli.Doctor;

/// <summary>Names and ports: can this worker listen, and reach rank 0?</summary>
internal static class NetworkCheck
{
    private const string NameSubject = "names";
    private const string PortSubject = "ports";

    private static readonly TimeSpan ResolveLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(2);

    public static async IAsyncEnumerable<Finding> ExamineAsync(
        JobOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (addresses, failure) = await ResolveAsync(options.MasterAddress, cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            yield return Finding.Problem(
                NameSubject, $"The name '{options.MasterAddress}' of rank 0 (MASTER_ADDR) cannot be resolved: {failure}.",
                "Check its spelling and the name service. A worker asks again until its join's time limit.");
            yield break;
        }

        yield return ExamineMaster(options, addresses);
        if (options.AdvertisedAddress is { } advertised
            && await ResolveAsync(advertised, cancellationToken).ConfigureAwait(false) is (_, { } advertisedFailure))
        {
            yield return Finding.Problem(NameSubject,
                $"The name '{advertised}' (SECURE_COLLECTIVES_ADVERTISED_ADDRESS) cannot be resolved: {advertisedFailure}.",
                "Peers use it to reach this worker: set a name or an address that they know.");
        }

        var local = LocalAddresses.Among(addresses);
        if (options.Rank == 0)
        {
            yield return ExamineOwnPort(local.Length > 0 ? local[0] : IPAddress.Any, options.MasterPort, "MASTER_PORT");
        }
        else
        {
            yield return await ConnectAsync(addresses, options.MasterPort, cancellationToken).ConfigureAwait(false);
        }

        if (options.Rank != 0 && options.Port != 0)
        {
            yield return ExamineOwnPort(IPAddress.Any, options.Port, "SECURE_COLLECTIVES_PORT");
        }

        if (FreePorts.InRange(options) is { } free)
        {
            var text = $"{free} of the ports {options.PortRange} (SECURE_COLLECTIVES_PORT_RANGE) are free.";
            yield return free == 0
                ? Finding.Problem(PortSubject, text, "Choose another range, or a longer one.")
                : Finding.Good(PortSubject, text);
        }
    }

    private static Finding ExamineMaster(JobOptions options, IPAddress[] addresses)
    {
        var text = $"MASTER_ADDR '{options.MasterAddress}' is {string.Join(", ", addresses.AsEnumerable())}.";
        if (Array.TrueForAll(addresses, IPAddress.IsLoopback) && options.WorldSize > Math.Max(1, options.LocalWorldSize))
        {
            return Finding.Warning(NameSubject, $"{text} Only workers of rank 0's own host can reach it.",
                "If the job has workers on other hosts, set MASTER_ADDR to an address or name that they can reach.");
        }

        return options.Rank == 0 && LocalAddresses.Among(addresses).Length == 0
            ? Finding.Warning(NameSubject, $"{text} None of these addresses is this machine's.",
                "Rank 0 has to run where MASTER_ADDR leads, unless something translates the address.")
            : Finding.Good(NameSubject, text);
    }

    private static Finding ExamineOwnPort(IPAddress address, int port, string variable)
    {
        return FreePorts.Try(address, port) switch
        {
            SocketError.Success => Finding.Good(PortSubject, $"Port {port} ({variable}) is free."),
            SocketError.AddressAlreadyInUse => Finding.Problem(PortSubject, $"Port {port} ({variable}) is in use.",
                $"End the process that has it ('ss -tlnp sport = :{port}' shows it), or choose another port, the same for all workers."),
            SocketError.AccessDenied => Finding.Problem(PortSubject, $"Port {port} ({variable}) needs rights that this user lacks.",
                "Choose a port from 1024 on."),
            var error => Finding.Problem(PortSubject, $"Port {port} ({variable}) cannot be listened at: {error}."),
        };
    }

    private static async Task<Finding> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var last = SocketError.HostUnreachable;
        foreach (var address in addresses)
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(ConnectLimit);
            try
            {
                await socket.ConnectAsync(address, port, limit.Token).ConfigureAwait(false);
                return Finding.Good(PortSubject, $"Something listens at {address}, port {port}, where rank 0 is expected.");
            }
            catch (SocketException exception)
            {
                last = exception.SocketErrorCode;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                last = SocketError.TimedOut;
            }
        }

        return last switch
        {
            SocketError.ConnectionRefused =>
                Finding.Good(PortSubject, $"Rank 0's host can be reached; nothing listens at port {port} yet."),
            SocketError.TimedOut =>
                Finding.Warning(PortSubject, $"Rank 0's host did not answer at port {port} within {ConnectLimit.TotalSeconds:0} s.",
                "Check that it runs, and that no firewall or NetworkPolicy drops the connection."),
            _ => Finding.Problem(PortSubject, $"Rank 0's host cannot be reached: {last}.", "Check MASTER_ADDR and the network."),
        };
    }

    private static async Task<(IPAddress[] Addresses, string? Failure)> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ResolveLimit);
        try
        {
            var addresses = await HostResolver.ResolveAsync(host, limit.Token).ConfigureAwait(false);
            return (addresses, addresses.Length == 0 ? "it has no address" : null);
        }
        catch (SocketException exception)
        {
            return ([], exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ([], $"the name service did not answer within {ResolveLimit.TotalSeconds:0} s");
        }
    }
}
