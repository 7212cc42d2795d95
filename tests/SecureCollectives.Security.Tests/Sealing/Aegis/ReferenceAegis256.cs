namespace SecureCollectives.Security.Tests.Sealing.Aegis;

/// <summary>AEGIS-256: a state of six blocks, one block per step.</summary>
internal sealed class ReferenceAegis256 : ReferenceAegis
{
    public ReferenceAegis256(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        var (k0, k1) = (Block.Read(key), Block.Read(key[Block.Length..]));
        var (n0, n1) = (Block.Read(nonce), Block.Read(nonce[Block.Length..]));
        State = [k0 ^ n0, k1 ^ n1, C1, C0, k0 ^ C0, k1 ^ C1];
        for (var i = 0; i < 4; i++)
        {
            Update(k0);
            Update(k1);
            Update(k0 ^ n0);
            Update(k1 ^ n1);
        }
    }

    /// <summary>Starts from a given state, for the draft's vector of an update.</summary>
    public ReferenceAegis256(Block[] state) => State = state;

    public Block[] State { get; private set; }

    protected override int Rate => Block.Length;

    public void Update(Block m)
    {
        var s = State;
        State = [s[5].Round(s[0] ^ m), s[0].Round(s[1]), s[1].Round(s[2]), s[2].Round(s[3]), s[3].Round(s[4]), s[4].Round(s[5])];
    }

    protected override void Absorb(ReadOnlySpan<byte> block) => Update(Block.Read(block));

    protected override void Encrypt(Span<byte> block)
    {
        var s = State;
        var text = Block.Read(block);
        (text ^ s[1] ^ s[4] ^ s[5] ^ (s[2] & s[3])).Write(block);
        Update(text);
    }

    protected override void Finish(ulong associatedDataBits, ulong messageBits, Span<byte> tag)
    {
        var lengths = State[3] ^ Block.Of(associatedDataBits, messageBits);
        for (var i = 0; i < 7; i++)
        {
            Update(lengths);
        }

        var s = State;
        var (first, second) = (s[0] ^ s[1] ^ s[2], s[3] ^ s[4] ^ s[5]);
        if (tag.Length == Block.Length)
        {
            (first ^ second).Write(tag);
            return;
        }

        first.Write(tag);
        second.Write(tag[Block.Length..]);
    }
}
