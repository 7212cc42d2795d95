using System.Diagnostics.CodeAnalysis;
using System.Net;
using SecureCollectives.Rpc;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Creates hosts that have a worker's identity but belong to no job.</summary>
internal static class ServedConnection
{
    public static Task<RpcHost> ServeAsync(TestPki pki, int rank, RpcServices services, IPeerGate? peers = null)
    {
        var tls = pki.CreateTlsOptions(rank);
        var listener = new RpcListener(new IPEndPoint(IPAddress.Loopback, 0))
        {
            Tls = (_, _) => ValueTask.FromResult(tls.ForServer([], expected: null, _ => { })),
        };
        return RpcHost.StartAsync(new RpcHostOptions { Listeners = [listener], Services = services, Peers = peers });
    }

    /// <summary>Returns a connection from the worker of a rank, as its server sees it.</summary>
    public static async Task<RpcConnection> OfAsync(TestPki pki, int rank)
    {
        var gate = new CatchingGate();
        await using var host = await ServeAsync(pki, rank: 0, new RpcServices(), gate);
        await using var client = await RawHttp2.AuthenticateAsync(host.EndPoints[0].Port, pki.CreateTlsOptions(rank));
        return await gate.Connection.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private sealed class CatchingGate : IPeerGate
    {
        private readonly TaskCompletionSource<RpcConnection> _connection = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<RpcConnection> Connection => _connection.Task;

        public bool TryEnter(RpcConnection connection, [NotNullWhen(false)] out string? refusal)
        {
            refusal = null;
            _connection.TrySetResult(connection);
            return true;
        }

        public void Left(RpcConnection connection)
        {
        }
    }
}
