using System.Buffers.Binary;
using System.Numerics;

namespace SecureCollectives.Security.Tests.Sealing.Aegis;

/// <summary>
/// 16 bytes, and one AES round (FIPS 197) on them with tables computed here, independent of any AES instruction or library.
/// </summary>
internal readonly record struct Block(uint A, uint B, uint C, uint D)
{
    public const int Length = 16;

    /// <summary>SubBytes and MixColumns of a byte in the first row; the tables of the other rows are rotations of this one.</summary>
    private static readonly uint[] Table = [.. Substitutions().Select(
        static value => Twice(value) | ((uint)value << 8) | ((uint)value << 16) | ((Twice(value) ^ value) << 24))];

    public static Block Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));

    /// <summary>LE64(first) || LE64(second).</summary>
    public static Block Of(ulong first, ulong second) => new((uint)first, (uint)(first >> 32), (uint)second, (uint)(second >> 32));

    public static Block operator ^(Block left, Block right) => new(left.A ^ right.A, left.B ^ right.B, left.C ^ right.C, left.D ^ right.D);

    public static Block operator &(Block left, Block right) => new(left.A & right.A, left.B & right.B, left.C & right.C, left.D & right.D);

    /// <summary>AESRound(in, rk): SubBytes, ShiftRows, MixColumns, and the round key.</summary>
    public Block Round(Block key) =>
        new(Column(A, B, C, D) ^ key.A, Column(B, C, D, A) ^ key.B, Column(C, D, A, B) ^ key.C, Column(D, A, B, C) ^ key.D);

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, A);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], B);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], C);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], D);
    }

    private static uint Column(uint first, uint second, uint third, uint fourth) =>
        Table[(byte)first]
        ^ BitOperations.RotateLeft(Table[(byte)(second >> 8)], 8)
        ^ BitOperations.RotateLeft(Table[(byte)(third >> 16)], 16)
        ^ BitOperations.RotateLeft(Table[(byte)(fourth >> 24)], 24);

    private static uint Twice(byte value) => (byte)((value << 1) ^ ((value & 0x80) != 0 ? 0x1B : 0));

    /// <summary>The S-box: the inverse in GF(2^8) and an affine map, FIPS 197 section 5.1.1.</summary>
    private static byte[] Substitutions()
    {
        var box = new byte[256];
        box[0] = 0x63;
        for (var value = 1; value < 256; value++)
        {
            var inverse = Enumerable.Range(1, 255).First(candidate => Product((byte)value, (byte)candidate) == 1);
            var mapped = inverse ^ Rotated(inverse, 1) ^ Rotated(inverse, 2) ^ Rotated(inverse, 3) ^ Rotated(inverse, 4) ^ 0x63;
            box[value] = (byte)mapped;
        }

        return box;
    }

    private static int Rotated(int value, int bits) => ((value << bits) | (value >> (8 - bits))) & 0xFF;

    private static byte Product(byte left, byte right)
    {
        var product = 0u;
        for (uint factor = left; right != 0; right >>= 1, factor = Twice((byte)factor))
        {
            product ^= (right & 1) != 0 ? factor : 0;
        }

        return (byte)product;
    }
}
