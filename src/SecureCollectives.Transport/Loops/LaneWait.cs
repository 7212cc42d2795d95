using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Loops;

/// <summary>The sleep of a loop: one poll over the lanes' descriptors and the loop's signal.</summary>
internal sealed unsafe class LaneWait(LoopSignal signal, int maxLanes, TimeProvider clock)
{
    /// <summary>Longest sleep, so that clocks that jump cannot make one endless.</summary>
    private const int MaxMilliseconds = 1000;

    private readonly Libc.PollDescriptor[] _descriptors = new Libc.PollDescriptor[maxLanes + 1];

    /// <summary>
    /// The loop is about to sleep: from here on whoever changes something wakes it. It must look at everything once more after this.
    /// </summary>
    public void Prepare(ReadOnlySpan<LanePort> ports)
    {
        foreach (var port in ports)
        {
            port.PrepareToSleep();
        }

        // Fences, for the lanes too.
        signal.PrepareToSleep();
    }

    /// <summary>The loop does not sleep after all.</summary>
    public void Awake(ReadOnlySpan<LanePort> ports)
    {
        foreach (var port in ports)
        {
            port.Awake(isReady: false);
        }

        signal.Awake(drain: false);
    }

    /// <summary>Sleeps until a lane has what is wanted of it, the signal is raised, or the time has come.</summary>
    /// <param name="ports">The lanes; those without a descriptor raise the signal.</param>
    /// <param name="until">A timestamp of the clock.</param>
    /// <param name="interest">The poll events wanted of a lane; a static function, so that nothing is allocated.</param>
    public void Sleep(ReadOnlySpan<LanePort> ports, long until, Func<LanePort, short> interest)
    {
        var count = 0;
        _descriptors[count++] = new Libc.PollDescriptor { Descriptor = signal.Descriptor, Events = Libc.PollIn };
        foreach (var port in ports)
        {
            var events = interest(port);
            if (events != 0 && port.Descriptor >= 0)
            {
                _descriptors[count++] = new Libc.PollDescriptor { Descriptor = port.Descriptor, Events = events };
            }
        }

        var polled = count;
        var left = clock.GetElapsedTime(clock.GetTimestamp(), until).TotalMilliseconds;
        var timeout = (int)Math.Clamp(Math.Ceiling(left), 0, MaxMilliseconds);
        fixed (Libc.PollDescriptor* first = _descriptors)
        {
            // A failed poll (interrupted) is a wake-up like any other: the loop looks at everything again.
            _ = Libc.Poll(first, (nuint)count, timeout);
        }

        signal.Awake(drain: _descriptors[0].Returned != 0);
        count = 1;
        foreach (var port in ports)
        {
            // In the order in which they were written down, without those that were not.
            var isPolled = count < polled && port.Descriptor >= 0 && _descriptors[count].Descriptor == port.Descriptor;
            port.Awake(isPolled && _descriptors[count].Returned != 0);
            count += isPolled ? 1 : 0;
        }
    }
}
