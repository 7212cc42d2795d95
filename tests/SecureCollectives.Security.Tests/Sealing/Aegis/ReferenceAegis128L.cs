namespace SecureCollectives.Security.Tests.Sealing.Aegis;

/// <summary>AEGIS-128L: a state of eight blocks, two blocks per step.</summary>
internal sealed class ReferenceAegis128L : ReferenceAegis
{
    public ReferenceAegis128L(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        var (k, n) = (Block.Read(key), Block.Read(nonce));
        State = [k ^ n, C1, C0, C1, k ^ n, k ^ C0, k ^ C1, k ^ C0];
        for (var i = 0; i < 10; i++)
        {
            Update(n, k);
        }
    }

    /// <summary>Starts from a given state, for the draft's vector of an update.</summary>
    public ReferenceAegis128L(Block[] state) => State = state;

    public Block[] State { get; private set; }

    protected override int Rate => 2 * Block.Length;

    public void Update(Block m0, Block m1)
    {
        var s = State;
        State =
        [
            s[7].Round(s[0] ^ m0), s[0].Round(s[1]), s[1].Round(s[2]), s[2].Round(s[3]),
            s[3].Round(s[4] ^ m1), s[4].Round(s[5]), s[5].Round(s[6]), s[6].Round(s[7]),
        ];
    }

    protected override void Absorb(ReadOnlySpan<byte> block) => Update(Block.Read(block), Block.Read(block[Block.Length..]));

    protected override void Encrypt(Span<byte> block)
    {
        var s = State;
        var (t0, t1) = (Block.Read(block), Block.Read(block[Block.Length..]));
        (t0 ^ s[6] ^ s[1] ^ (s[2] & s[3])).Write(block);
        (t1 ^ s[5] ^ s[2] ^ (s[6] & s[7])).Write(block[Block.Length..]);
        Update(t0, t1);
    }

    protected override void Finish(ulong associatedDataBits, ulong messageBits, Span<byte> tag)
    {
        var lengths = State[2] ^ Block.Of(associatedDataBits, messageBits);
        for (var i = 0; i < 7; i++)
        {
            Update(lengths, lengths);
        }

        var s = State;
        var (first, second) = (s[0] ^ s[1] ^ s[2] ^ s[3], s[4] ^ s[5] ^ s[6]);
        if (tag.Length == Block.Length)
        {
            (first ^ second).Write(tag);
            return;
        }

        first.Write(tag);
        (second ^ s[7]).Write(tag[Block.Length..]);
    }
}
