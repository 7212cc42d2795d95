using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// The request stream of SocketsHttpHandler as a pipe. Unlike .NET's own writer over a stream, it allows writes without a flush, because
/// each flush costs a pass through the connection's writer: <see cref="WriteAsync"/> hands bytes to the connection, which sends them with
/// the next <see cref="FlushAsync"/> at the latest.
/// </summary>
internal sealed class LaneRequestWriter(Stream body) : PipeWriter
{
    /// <summary>The room for bytes written through <see cref="GetMemory"/> between two writes: headers and small messages.</summary>
    private const int ScratchLength = 4096;

    private readonly byte[] _scratch = new byte[ScratchLength];
    private int _filled;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sizeHint, ScratchLength - _filled);
        return _scratch.AsMemory(_filled);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _filled += bytes;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        await WriteScratchAsync(cancellationToken).ConfigureAwait(false);
        await body.WriteAsync(source, cancellationToken).ConfigureAwait(false);
        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        await WriteScratchAsync(cancellationToken).ConfigureAwait(false);
        await body.FlushAsync(cancellationToken).ConfigureAwait(false);
        return default;
    }

    public override void CancelPendingFlush()
    {
    }

    /// <summary>Does nothing: the stream ends with its call.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    private ValueTask WriteScratchAsync(CancellationToken cancellationToken)
    {
        var filled = _filled;
        _filled = 0;
        return filled == 0 ? ValueTask.CompletedTask : body.WriteAsync(_scratch.AsMemory(0, filled), cancellationToken);
    }
}
