using System.Net;

namespace SecureCollectives.Rpc.Tests;

/// <summary>A request body of exactly these bytes, which then ends or stays open until the test is done.</summary>
internal sealed class RawBody : HttpContent
{
    private readonly byte[] _bytes;
    private readonly Task _end;

    public RawBody(byte[] bytes, string? contentType = "application/grpc", Task? end = null)
    {
        _bytes = bytes;
        _end = end ?? Task.CompletedTask;
        if (contentType is not null)
        {
            Headers.TryAddWithoutValidation("content-type", contentType);
        }
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(_bytes);
        await stream.FlushAsync();
        await _end;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
