namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Measures how many bytes a loop's links carry and how long the loop waits for each peer, and reports both when an operation ends. Without
/// a listener it costs a few field reads per operation, and one per pass of the loop.
/// </summary>
/// <remarks>Used only by the thread that drives the loop.</remarks>
/// <param name="run">The loop's current operation and its links.</param>
/// <param name="clock">The clock of the loop.</param>
internal sealed class LoopMeter(OperationRun run, TimeProvider clock)
{
    private LinkMeter[] _links = [];
    private LinkMeter? _awaited;
    private long _since;
    private bool _isOn;

    private static bool IsWanted => TransportMetrics.LinkSent is { Enabled: true } || TransportMetrics.LinkReceived is { Enabled: true }
        || TransportMetrics.LinkRekeys is { Enabled: true } || TransportMetrics.OperationWait is { Enabled: true };

    /// <summary>Records the start of an operation. Bytes carried while there was no listener are never reported.</summary>
    public void Begin()
    {
        var wasOn = _isOn;
        _isOn = IsWanted;
        if (!_isOn || wasOn)
        {
            return;
        }

        if (_links.Length == 0)
        {
            _links = [.. run.Links.All.ToArray().Select(static link => new LinkMeter(link))];
        }

        foreach (var link in _links)
        {
            link.Skip();
        }
    }

    /// <summary>Records a pass that moved nothing.</summary>
    /// <param name="now">The clock's timestamp from before the pass that moved nothing.</param>
    public void Wait(long now)
    {
        if (!_isOn || _awaited is not null || run.AwaitedRank is not { } rank)
        {
            return;
        }

        _since = now;
        foreach (var link in _links)
        {
            _awaited = link.Peer == rank ? link : _awaited;
        }
    }

    /// <summary>Records a pass that moved something.</summary>
    /// <param name="now">The clock's timestamp from before the pass that moved something.</param>
    public void Move(long now)
    {
        if (_awaited is { } awaited)
        {
            awaited.Waited += clock.GetElapsedTime(_since, now);
            _awaited = null;
        }
    }

    /// <summary>Records that the operation has ended, and reports the measurements.</summary>
    public void End()
    {
        if (!_isOn)
        {
            return;
        }

        if (_awaited is not null)
        {
            Move(clock.GetTimestamp());
        }

        try
        {
            foreach (var link in _links)
            {
                link.Report();
            }
        }
        catch (Exception)
        {
            // One of the application's listeners threw, which must not end an operation.
        }
    }

    /// <summary>The measurements of one link.</summary>
    private sealed class LinkMeter(PeerLink link)
    {
        private readonly KeyValuePair<string, object?> _peer = new("securecollectives.peer.rank", link.Peer);

        private LaneTotals _reported;

        public int Peer => link.Peer;

        /// <summary>How long the current operation has waited for the peer.</summary>
        public TimeSpan Waited { get; set; }

        private LaneTotals Totals
        {
            get
            {
                var totals = default(LaneTotals);
                foreach (var port in link.Ports)
                {
                    totals += port.Totals;
                }

                return totals;
            }
        }

        public void Skip() => _reported = Totals;

        public void Report()
        {
            var totals = Totals;
            var (sent, received, rekeys) = totals - _reported;
            (_reported, var waited, Waited) = (totals, Waited, TimeSpan.Zero);
            var medium = new KeyValuePair<string, object?>("securecollectives.medium", link.MediumName);
            if (sent > 0)
            {
                TransportMetrics.LinkSent?.Add(sent, _peer, medium);
            }

            if (received > 0)
            {
                TransportMetrics.LinkReceived?.Add(received, _peer, medium);
            }

            if (rekeys > 0)
            {
                TransportMetrics.LinkRekeys?.Add(rekeys, _peer);
            }

            if (waited > TimeSpan.Zero)
            {
                TransportMetrics.OperationWait?.Record(waited.TotalSeconds, _peer);
            }
        }
    }
}
