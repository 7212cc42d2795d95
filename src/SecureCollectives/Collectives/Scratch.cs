using System.Buffers;

namespace SecureCollectives.Collectives;

/// <summary>
/// Memory of the library's own for calls that need more than the caller's: rented, and given back when the call has ended.
/// </summary>
/// <remarks>
/// The shared pool keeps an array for every thread that ever gave one back, and large ones rounded up to twice the length. Here two of each
/// size are kept, none of more than a segment of a Reduce; longer ones are as long as asked for, and are garbage after the call.
/// </remarks>
internal static class Scratch
{
    /// <summary>Runs a call in rented memory. The call is begun before this returns.</summary>
    /// <param name="length">Elements.</param>
    /// <param name="start">Begins the call.</param>
    public static async ValueTask UseAsync<T>(int length, Func<Memory<T>, ValueTask> start)
        where T : unmanaged
    {
        var rented = Rent<T>(length);
        try
        {
            await start(rented.AsMemory(0, length)).ConfigureAwait(false);
        }
        finally
        {
            Return(rented);
        }
    }

    /// <summary>Rents memory for a call on the calling thread, which gives it back by <see cref="Return"/>.</summary>
    public static T[] Rent<T>(int length)
        where T : unmanaged =>
        Pool<T>.Instance.Rent(length);

    /// <summary>Ends <see cref="Rent"/>.</summary>
    public static void Return<T>(T[] rented)
        where T : unmanaged =>
        Pool<T>.Instance.Return(rented);

    private static class Pool<T>
        where T : unmanaged
    {
        private const int Kept = 2;

        public static readonly ArrayPool<T> Instance = ArrayPool<T>.Create(
            Math.Max(1, ReduceSegments.Bytes / System.Runtime.CompilerServices.Unsafe.SizeOf<T>()), Kept);
    }
}
