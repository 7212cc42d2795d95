using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Loops;

/// <summary>Lets a loop sleep: one poll over the descriptors of its lanes and its signal.</summary>
internal sealed unsafe class LaneWait(LoopSignal signal, int maxLanes, TimeProvider clock)
{
    /// <summary>The longest sleep, in milliseconds. It keeps a clock jump from making a sleep endless.</summary>
    private const int MaxMilliseconds = 1000;

    private readonly Libc.PollDescriptor[] _descriptors = new Libc.PollDescriptor[maxLanes + 1];

    /// <summary>
    /// Announces that the loop is about to sleep: from here on, any thread that changes something wakes it. The loop must then try
    /// everything once more before it sleeps.
    /// </summary>
    public void Prepare(ReadOnlySpan<LanePort> ports)
    {
        foreach (var port in ports)
        {
            port.PrepareToSleep();
        }

        // This issues the memory fence, for the lanes too.
        signal.PrepareToSleep();
    }

    /// <summary>Withdraws the announcement: the loop will not sleep after all.</summary>
    public void Awake(ReadOnlySpan<LanePort> ports)
    {
        foreach (var port in ports)
        {
            port.Awake(isReady: false);
        }

        signal.Awake(drain: false);
    }

    /// <summary>Sleeps until a lane is ready for the events of interest, the signal is raised, or the time has come.</summary>
    /// <param name="ports">The lanes; those without a descriptor raise the signal instead.</param>
    /// <param name="until">The time to wake up, as a timestamp of the clock.</param>
    /// <param name="interest">Returns the poll events of interest for a lane; a static function, so that it allocates nothing.</param>
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
            // A failed poll (interrupted) is a wake-up like any other: the loop tries everything again.
            _ = Libc.Poll(first, (nuint)count, timeout);
        }

        signal.Awake(drain: _descriptors[0].Returned != 0);
        count = 1;
        foreach (var port in ports)
        {
            // The descriptors are in port order. Ports that were not polled have none.
            var isPolled = count < polled && port.Descriptor >= 0 && _descriptors[count].Descriptor == port.Descriptor;
            port.Awake(isPolled && _descriptors[count].Returned != 0);
            count += isPolled ? 1 : 0;
        }
    }
}
