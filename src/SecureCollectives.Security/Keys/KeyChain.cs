using System.Diagnostics;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// The keys of one direction of one lane. A generation serves 2^16 frames; which one a frame belongs to follows from its counter alone,
/// so rekeying needs no message. The chain moves forward only: whoever takes a worker's memory cannot open what earlier generations sealed.
/// </summary>
internal sealed class KeyChain : IDisposable
{
    private readonly SecretBytes _chain = new(KeySchedule.SecretLength);

    /// <summary>The chain of one lane's direction at generation 0.</summary>
    public KeyChain(ReadOnlySpan<byte> prk, ushort lane, uint sender, uint receiver) =>
        KeySchedule.DeriveChain(prk, lane, sender, receiver, _chain.Span);

    /// <summary>The generation the chain stands at.</summary>
    public ulong Generation { get; private set; }

    public static ulong GenerationOf(ulong counter) => counter >> Suite.FramesPerKeyBits;

    /// <summary>Moves to a generation, erasing those before it.</summary>
    public void MoveTo(ulong generation)
    {
        // Counters move by one, so the generation is the same or the next; anything else would be a nonce's second use.
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

    /// <summary>Writes the key and IV of the current generation, as long as the suite has them.</summary>
    public void Derive(Span<byte> key, Span<byte> iv) => KeySchedule.DeriveGeneration(_chain.Span, key, iv);

    public void Dispose() => _chain.Dispose();
}
