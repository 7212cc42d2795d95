using System.Diagnostics;

namespace SecureCollectives.Rpc;

/// <summary>What a handler knows of the call it serves, beside the messages.</summary>
internal sealed class RpcServerCall
{
    private readonly long _received = Stopwatch.GetTimestamp();
    private readonly TimeSpan? _timeout;

    public RpcServerCall(string method, RpcConnection connection, RpcMetadata requestMetadata, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        Method = method;
        Connection = connection;
        RequestMetadata = requestMetadata;
        _timeout = timeout;
        CancellationToken = cancellationToken;
    }

    /// <summary><c>/package.Service/Method</c>.</summary>
    public string Method { get; }

    /// <summary>The peer: its address, its certificate, and ours as it was presented to it.</summary>
    public RpcConnection Connection { get; }

    public RpcMetadata RequestMetadata { get; }

    /// <summary>Sent before the first message; entries added later are lost.</summary>
    public RpcMetadata ResponseHeaders { get; } = new();

    /// <summary>Sent with the status, also when it is an error.</summary>
    public RpcMetadata ResponseTrailers { get; } = new();

    /// <summary>Time left until the caller's deadline, zero when it has passed; null when the caller set none.</summary>
    public TimeSpan? Remaining =>
        _timeout is not { } timeout ? null
        : timeout - Stopwatch.GetElapsedTime(_received) is var left && left > TimeSpan.Zero ? left
        : TimeSpan.Zero;

    /// <summary>Fires when the caller cancels, its deadline passes, its connection ends, or the server stops.</summary>
    public CancellationToken CancellationToken { get; }
}
