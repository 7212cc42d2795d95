using System.Buffers.Binary;
using SecureCollectives.Framing;

namespace SecureCollectives.Testing;

/// <summary>An attack on the frames of one direction of one lane.</summary>
/// <param name="pass">(frame number from 0, frame): returns the frames that the peer receives instead.</param>
internal sealed class Attack(Func<int, byte[], IEnumerable<byte[]>> pass)
{
    /// <summary>Whether any frame was changed. An attack that came too late proves nothing.</summary>
    public bool Happened { get; private set; }

    /// <summary>The number of frames after which the connection ends; later frames are dropped.</summary>
    public int CutsAfter { get; private init; } = int.MaxValue;

    public IEnumerable<byte[]> Pass(int number, byte[] frame)
    {
        var passed = pass(number, [.. frame]).ToArray();
        Happened |= passed.Length != 1 || !passed[0].AsSpan().SequenceEqual(frame) || number + 1 == CutsAfter;
        return passed;
    }

    public static Attack FlipBit(int target, int bit) => On(target, frame =>
    {
        frame[bit / 8] ^= (byte)(0x80 >> (bit % 8));
        return [frame];
    });

    /// <summary>Flips the bit at a position that counts backwards from the frame's last bit.</summary>
    public static Attack FlipBitFromEnd(int target, int bit) => On(target, frame =>
    {
        frame[^(1 + (bit / 8))] ^= (byte)(1 << (bit % 8));
        return [frame];
    });

    public static Attack Drop(int target) => On(target, _ => []);

    public static Attack Duplicate(int target) => On(target, frame => [frame, frame]);

    public static Attack Swap(int target)
    {
        byte[]? held = null;
        return new Attack((number, frame) =>
        {
            if (number == target)
            {
                held = frame;
                return [];
            }

            return number == target + 1 ? [frame, held!] : [frame];
        });
    }

    /// <summary>Replaces a frame with an earlier one, optionally renumbered to match.</summary>
    public static Attack Replay(int earlier, int target, bool renumbered)
    {
        byte[]? old = null;
        return new Attack((number, frame) =>
        {
            if (number == earlier)
            {
                old = frame;
            }

            if (number != target)
            {
                return [frame];
            }

            if (renumbered)
            {
                BinaryPrimitives.WriteUInt64BigEndian(old.AsSpan(FrameFormat.CounterOffset), (ulong)number);
            }

            return [old!];
        });
    }

    /// <summary>Changes the length in a frame's header.</summary>
    public static Attack Declare(int target, uint length) => On(target, frame =>
    {
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(FrameFormat.LengthOffset), length);
        return [frame];
    });

    /// <summary>Changes the operation number in a frame's header, to pass off one operation's payload as another's.</summary>
    public static Attack Relabel(int target, ulong operation) => On(target, frame =>
    {
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(FrameFormat.OperationOffset), operation);
        return [frame];
    });

    /// <summary>Passes only the first bytes of a frame and ends the connection.</summary>
    public static Attack Truncate(int target, int kept) =>
        new((number, frame) => number < target
            ? [frame] : number == target ? [frame[..Math.Min(kept, frame.Length - 1)]] : [])
        { CutsAfter = target + 1 };

    /// <summary>Replaces a frame with the frame of the same number recorded on another lane.</summary>
    public static Attack Splice(int target, Recording elsewhere) => On(target, _ => [elsewhere.Frame(target)]);

    private static Attack On(int target, Func<byte[], IEnumerable<byte[]>> change) =>
        new((number, frame) => number == target ? change(frame) : [frame]);
}
