using System.Diagnostics;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// The keys for one direction of one lane. A generation covers 2^16 frames; a frame's counter alone determines its generation, so rekeying
/// needs no message. The chain only moves forward: an attacker who reads a worker's memory cannot open what earlier generations sealed.
/// </summary>
internal sealed class KeyChain : IDisposable
{
    private readonly SecretBytes _chain = new(KeySchedule.SecretLength);

    /// <summary>Derives the chain for one direction of a lane, at generation 0.</summary>
    public KeyChain(ReadOnlySpan<byte> prk, ushort lane, uint sender, uint receiver) =>
        KeySchedule.DeriveChain(prk, lane, sender, receiver, _chain.Span);

    /// <summary>The chain's current generation.</summary>
    public ulong Generation { get; private set; }

    public static ulong GenerationOf(ulong counter) => counter >> Suite.FramesPerKeyBits;

    /// <summary>Advances to a generation and erases those before it.</summary>
    public void MoveTo(ulong generation)
    {
        // Counters increase by one, so this is the same generation or the next. Any other step would reuse a nonce.
        if (generation != Generation)
        {
            if (generation != Generation + 1)
            {
                throw new UnreachableException($"A key chain cannot move from generation {Generation} to {generation}.");
            }

            KeySchedule.StepChain(_chain.Span);
            Generation = generation;
        }
    }

    /// <summary>Writes the current generation's key and IV; the spans must have the lengths that the suite requires.</summary>
    public void Derive(Span<byte> key, Span<byte> iv) => KeySchedule.DeriveGeneration(_chain.Span, key, iv);

    public void Dispose() => _chain.Dispose();
}
