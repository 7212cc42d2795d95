using System.Runtime.InteropServices;

namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators). A plan needs up to a hundred megabytes of inputs,
/// which a seeded Random takes seconds to generate.
/// </summary>
internal sealed class OracleRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var bits = _state += 0x9e37_79b9_7f4a_7c15;
        bits = (bits ^ (bits >> 30)) * 0xbf58_476d_1ce4_e5b9;
        bits = (bits ^ (bits >> 27)) * 0x94d0_49bb_1331_11eb;
        return bits ^ (bits >> 31);
    }

    public byte[] Bytes(int count)
    {
        var words = new ulong[(count + sizeof(ulong) - 1) / sizeof(ulong)];
        foreach (ref var word in words.AsSpan())
        {
            word = Next();
        }

        return MemoryMarshal.AsBytes(words.AsSpan())[..count].ToArray();
    }
}
