using System.Buffers;

namespace SecureCollectives.Collectives;

/// <summary>Memory of the library's own for calls that need more than the caller's: rented from the shared pool, and given back when the call has ended.</summary>
internal static class Scratch
{
    /// <summary>Runs a call in rented memory. The call is begun before this returns.</summary>
    /// <param name="length">Elements.</param>
    /// <param name="start">Begins the call.</param>
    public static async ValueTask UseAsync<T>(int length, Func<Memory<T>, ValueTask> start)
    {
        var rented = ArrayPool<T>.Shared.Rent(length);
        try
        {
            await start(rented.AsMemory(0, length)).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    /// <summary>Rents memory for a call on the calling thread, which gives it back by <see cref="Return"/>.</summary>
    public static T[] Rent<T>(int length) => ArrayPool<T>.Shared.Rent(length);

    /// <summary>Ends <see cref="Rent"/>.</summary>
    public static void Return<T>(T[] rented) => ArrayPool<T>.Shared.Return(rented);
}
