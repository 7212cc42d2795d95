using System.Buffers.Binary;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>A key in the model, identified by link, lane and sender. The tag of a sealed frame contains it.</summary>
internal readonly record struct ModelKey(int Link, int Lane, int Sender)
{
    public const int TagLength = 12;

    public void Write(Span<byte> tag)
    {
        BinaryPrimitives.WriteInt32BigEndian(tag, Link);
        BinaryPrimitives.WriteInt32BigEndian(tag[4..], Lane);
        BinaryPrimitives.WriteInt32BigEndian(tag[8..], Sender);
    }

    public static ModelKey Read(ReadOnlySpan<byte> tag) => new(
        BinaryPrimitives.ReadInt32BigEndian(tag), BinaryPrimitives.ReadInt32BigEndian(tag[4..]),
            BinaryPrimitives.ReadInt32BigEndian(tag[8..]));
}
