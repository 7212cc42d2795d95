using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Testing;

/// <summary>
/// An attacker on the wire of one TCP connection that carries TLS, who controls the records of the connecting side. Forwards those of the
/// handshake, and all records of the accepting side.
/// </summary>
internal sealed class TamperingProxy : IAsyncDisposable
{
    private const int HeadLength = 5;
    private const int LengthOffset = 3;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile bool _armed;

    /// <param name="port">The port to which the connection is forwarded.</param>
    /// <param name="attack">The attack on records, once it is armed.</param>
    public TamperingProxy(int port, Attack attack)
    {
        _listener.Start();
        _running = RunAsync(port, attack);
    }

    /// <summary>The port to which the connecting side must connect.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Starts the attack; records count from here.</summary>
    public void Arm() => _armed = true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(int port, Attack attack)
    {
        using var near = await _listener.AcceptTcpClientAsync(_stop.Token);
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, port, _stop.Token);
        near.NoDelay = true;
        far.NoDelay = true;
        await Task.WhenAll(EndAsync(TamperAsync(near.GetStream(), far.GetStream(), attack)),
            EndAsync(far.GetStream().CopyToAsync(near.GetStream(), _stop.Token)));

        // When one direction ends or breaks, close the other as well.
        async Task EndAsync(Task direction)
        {
            await direction.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            near.Close();
            far.Close();
        }
    }

    private async Task TamperAsync(NetworkStream from, NetworkStream to, Attack attack)
    {
        var head = new byte[HeadLength];
        for (var number = 0; ;)
        {
            await from.ReadExactlyAsync(head, _stop.Token);
            var record = new byte[HeadLength + BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(LengthOffset))];
            head.CopyTo(record, 0);
            await from.ReadExactlyAsync(record.AsMemory(HeadLength), _stop.Token);
            foreach (var passed in _armed ? attack.Pass(number++, record) : [record])
            {
                await to.WriteAsync(passed, _stop.Token);
            }

            if (attack.CutsAfter <= number)
            {
                return;
            }
        }
    }
}
