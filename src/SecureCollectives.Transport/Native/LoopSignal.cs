using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SecureCollectives.Transport.Native;

/// <summary>
/// Wakes a sleeping loop from other threads through an eventfd in its poll set. Costs a memory fence while the loop is awake.
/// </summary>
/// <remarks>
/// No wake-up is lost: the raiser changes its state, fences, then reads whether the loop sleeps; the loop publishes that it sleeps, fences,
/// then checks all state again before it polls. At least one of the two sees the other's write.
/// </remarks>
internal sealed unsafe class LoopSignal : IDisposable
{
    private readonly SafeFileHandle _handle;
    private int _sleeping;

    public LoopSignal()
    {
        var descriptor = Libc.EventFd(0, Libc.EventFdCloseOnExec | Libc.EventFdNonBlock);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException(
                $"Could not create an eventfd (error {error}); the limit of open files may have been reached (ulimit -n).", error);
        }

        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>The descriptor to poll for reading.</summary>
    public int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Ends the loop's sleep. May be called from any thread, after the change that the loop should see.</summary>
    public void Raise()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) == 0)
        {
            return;
        }

        var held = false;
        try
        {
            _handle.DangerousAddRef(ref held);
            ulong one = 1;
            _ = Libc.Write(Descriptor, &one, sizeof(ulong)); // Fails only if the counter is full; the loop then wakes anyway.
        }
        catch (ObjectDisposedException)
        {
            // The loop has ended; there is nothing to wake.
        }
        finally
        {
            if (held)
            {
                _handle.DangerousRelease();
            }
        }
    }

    /// <summary>Publishes that the loop is about to sleep. The loop must check all its inputs once more afterwards.</summary>
    public void PrepareToSleep()
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
    }

    /// <summary>Ends the state that <see cref="PrepareToSleep"/> began.</summary>
    /// <param name="drain">Whether poll reported the descriptor as readable.</param>
    public void Awake(bool drain)
    {
        Volatile.Write(ref _sleeping, 0);
        if (drain)
        {
            ulong count;
            _ = Libc.Read(Descriptor, &count, sizeof(ulong));
        }
    }

    public void Dispose() => _handle.Dispose();
}
