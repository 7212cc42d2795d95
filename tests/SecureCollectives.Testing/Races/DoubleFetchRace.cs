using System.Diagnostics;
using System.Security.Cryptography;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.SharedMemory;

namespace SecureCollectives.Testing.Races;

/// <summary>
/// Runs an engine on memory that another thread keeps changing, as a malicious owner of a ring can. Opened data must be the verified data,
/// and sealed data the given data; anything else is a violation. The memory is set up as for lanes: written through one mapping, read
/// through another.
/// </summary>
internal sealed class DoubleFetchRace : IDisposable
{
    private const int HeaderLength = 32;

    /// <summary>Longer than the pieces in which libraries process data, and small enough for any cache.</summary>
    private const int Length = 64 * 1024;

    private readonly RingMapping _written;
    private readonly RingMapping _read;
    private readonly byte[] _plaintext = RandomNumberGenerator.GetBytes(Length);
    private readonly byte[] _header = RandomNumberGenerator.GetBytes(HeaderLength);
    private readonly byte[] _nonce;
    private readonly byte[] _sealed;
    private readonly AeadEngine _engine;

    /// <param name="engine">The engine; the race owns it.</param>
    public DoubleFetchRace(AeadEngine engine)
    {
        (_written, var file) = RingFile.Create(RingLayout.LargestCapacity);
        using (file)
        {
            _read = RingFile.Map(file);
        }

        _engine = engine;
        _engine.SetKey(RandomNumberGenerator.GetBytes(engine.Suite.KeyLength));
        _nonce = RandomNumberGenerator.GetBytes(engine.Suite.NonceLength);
        _sealed = new byte[Length + engine.Suite.TagLength];
        _engine.Seal(_nonce, _header, _plaintext, _sealed);
    }

    /// <summary>Opens a frame again and again while the racer flips bits of it and flips them back.</summary>
    /// <param name="time">How long to run.</param>
    /// <param name="untilViolation">Whether to stop at the first violation.</param>
    public RaceResult Open(TimeSpan time, bool untilViolation = false)
    {
        _sealed.CopyTo(_written.Ring(0, _sealed.Length));
        var target = new byte[_sealed.Length];
        return Run(time, untilViolation, () => _engine.TryOpen(_nonce, _header, _read.Ring(0, _sealed.Length), target)
            ? target.AsSpan(0, Length).SequenceEqual(_plaintext) ? Outcome.Untouched : Outcome.Violation
            : Outcome.Struck);
    }

    /// <summary>
    /// Seals into memory that the racer writes to, through a private copy if the engine requires one, as lanes do. The tag must be that of
    /// the given plaintext.
    /// </summary>
    /// <inheritdoc cref="Open"/>
    public RaceResult Seal(TimeSpan time, bool untilViolation = false)
    {
        var staging = new byte[_sealed.Length];
        return Run(time, untilViolation, () =>
        {
            var place = _written.Ring(0, _sealed.Length);
            if (_engine.IsSinglePass)
            {
                _engine.Seal(_nonce, _header, _plaintext, place);
            }
            else
            {
                _engine.Seal(_nonce, _header, _plaintext, staging);
                staging.CopyTo(place);
            }

            return !place[Length..].SequenceEqual(_sealed.AsSpan(Length)) ? Outcome.Violation
                : place[..Length].SequenceEqual(_sealed.AsSpan(0, Length)) ? Outcome.Untouched : Outcome.Struck;
        });
    }

    public void Dispose()
    {
        _engine.Dispose();
        _written.Dispose();
        _read.Dispose();
    }

    private enum Outcome
    {
        Untouched,
        Struck,
        Violation,
    }

    private RaceResult Run(TimeSpan time, bool untilViolation, Func<Outcome> attempt)
    {
        using var stop = new CancellationTokenSource();
        var token = stop.Token;
        var racer = new Thread(() => Race(token)) { IsBackground = true, Name = "racer" };
        racer.Start();
        var (attempts, struck, violations) = (0L, 0L, 0L);
        try
        {
            for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < time
                && !(untilViolation && violations > 0); attempts++)
            {
                var outcome = attempt();
                struck += outcome == Outcome.Struck ? 1 : 0;
                violations += outcome == Outcome.Violation ? 1 : 0;
            }
        }
        finally
        {
            stop.Cancel();
            racer.Join();
        }

        return new RaceResult(attempts, struck, violations);
    }

    /// <summary>
    /// Flips a few bytes of the ciphertext at random positions, and flips them back after a moment. To a reader that reads each byte once,
    /// this is a single change or none.
    /// </summary>
    private void Race(CancellationToken token)
    {
        const int Piece = 16;
        const int Pauses = 400;
        var random = new Random(7);
        while (!token.IsCancellationRequested)
        {
            var at = random.Next(Length - Piece);
            var place = _written.Ring((ulong)at, Piece);
            Flip(place);
            Thread.SpinWait(random.Next(Pauses));
            Flip(place);
            Thread.SpinWait(random.Next(Pauses));
        }

        static void Flip(Span<byte> bytes)
        {
            foreach (ref var value in bytes)
            {
                value ^= 0xFF;
            }
        }
    }
}
