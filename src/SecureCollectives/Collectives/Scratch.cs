using System.Buffers;

namespace SecureCollectives.Collectives;

/// <summary>
/// Scratch memory for calls that need more than the caller's buffers. It is rented for a call and returned when the call has ended.
/// </summary>
/// <remarks>
/// The shared pool keeps an array per thread that ever returned one, and rounds long arrays up to twice the length. This pool keeps two
/// arrays of each size, none longer than a segment of a Reduce; longer ones are allocated at the requested length and left to the garbage
/// collector after the call.
/// </remarks>
internal static class Scratch
{
    /// <summary>Runs a call in rented memory. The call has been started when this method returns its task.</summary>
    /// <param name="length">The number of elements that the call needs; their initial values are unspecified.</param>
    /// <param name="start">Starts the call; its task completes when the call no longer accesses the memory.</param>
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

    /// <summary>Rents memory for a call on the calling thread, which returns it with <see cref="Return"/>.</summary>
    public static T[] Rent<T>(int length)
        where T : unmanaged =>
        Pool<T>.Instance.Rent(length);

    /// <summary>Returns memory that <see cref="Rent"/> has rented out.</summary>
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
