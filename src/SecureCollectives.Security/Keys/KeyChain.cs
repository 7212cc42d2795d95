using System.Diagnostics;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// The keys of one direction of one lane. A generation serves 2^16 frames; the counter of a frame alone determines its generation, so
/// rekeying needs no message. The chain only moves forward: an attacker who reads a worker's memory cannot open what earlier generations
/// sealed.
/// </summary>
internal sealed class KeyChain : IDisposable
{
    private readonly SecretBytes _chain = new(KeySchedule.SecretLength);

    /// <summary>Derives the chain of one direction of a lane at generation 0.</summary>
    public KeyChain(ReadOnlySpan<byte> prk, ushort lane, uint sender, uint receiver) =>
        KeySchedule.DeriveChain(prk, lane, sender, receiver, _chain.Span);

    /// <summary>The current generation of the chain.</summary>
    public ulong Generation { get; private set; }

    public static ulong GenerationOf(ulong counter) => counter >> Suite.FramesPerKeyBits;

    /// <summary>Moves to a generation and erases those before it.</summary>
    public void MoveTo(ulong generation)
    {
        // Counters increase by one, so the generation is the same or the next. Any other step would use a nonce twice.
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

    /// <summary>Writes the key and IV of the current generation; the spans have the lengths that the suite requires.</summary>
    public void Derive(Span<byte> key, Span<byte> iv) => KeySchedule.DeriveGeneration(_chain.Span, key, iv);

    public void Dispose() => _chain.Dispose();
}
