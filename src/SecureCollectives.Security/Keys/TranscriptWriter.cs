using System.Buffers.Binary;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// Writes fields one after another, each prefixed with its length in four bytes, so that no two lists of fields yield the same bytes,
/// whatever the fields contain. Integers are big-endian.
/// </summary>
internal ref struct TranscriptWriter(Span<byte> destination)
{
    private const int LengthPrefix = sizeof(uint);

    private readonly Span<byte> _destination = destination;

    public int Written { get; private set; }

    public void WriteBytes(ReadOnlySpan<byte> value) => value.CopyTo(Field(value.Length));

    public void WriteByte(byte value) => Field(sizeof(byte))[0] = value;

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Field(sizeof(ushort)), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Field(sizeof(uint)), value);

    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Field(sizeof(ulong)), value);

    /// <summary>Writes <paramref name="count"/> numbers as one field; an empty list means all zeros.</summary>
    public void WriteUInt64s(IReadOnlyList<ulong> values, int count)
    {
        var field = Field(count * sizeof(ulong));
        field.Clear();
        for (var i = 0; i < values.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(field[(i * sizeof(ulong))..], values[i]);
        }
    }

    private Span<byte> Field(int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_destination[Written..], (uint)length);
        var field = _destination.Slice(Written + LengthPrefix, length);
        Written += LengthPrefix + length;
        return field;
    }
}
