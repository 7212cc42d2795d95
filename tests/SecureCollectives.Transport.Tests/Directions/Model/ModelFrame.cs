using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>A sealed frame in transit. Immutable, so states share it.</summary>
internal sealed class ModelFrame
{
    private readonly byte[] _bytes;

    private ModelFrame(byte[] bytes)
    {
        _bytes = bytes;
        Fingerprint = Model.Fingerprint.OfBytes(bytes);
    }

    /// <summary>Represents the frame in the fingerprint of a state.</summary>
    public ulong Fingerprint { get; }

    public ReadOnlySpan<byte> Head => _bytes.AsSpan(0, FrameFormat.HeaderLength);

    /// <summary>A copy of payload and tag, which can be opened in place.</summary>
    public byte[] SealedPayload => _bytes[FrameFormat.HeaderLength..];

    public static ModelFrame Seal(FrameSealer sealer, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[FrameFormat.HeaderLength + payload.Length + sealer.TagLength];
        sealer.Seal(header, payload, bytes, bytes.AsSpan(FrameFormat.HeaderLength));
        return new ModelFrame(bytes);
    }
}
