using SecureCollectives.Cli.Train;

namespace SecureCollectives.Cli.Tests.Train;

/// <summary>A group of workers that are tasks in one process. Averages are computed by summing in rank order.</summary>
internal sealed class InProcessGroup
{
    private readonly Lock _gate = new();
    private readonly Member[] _members;
    private int _arrived;

    public InProcessGroup(int size) => _members = [.. Enumerable.Range(0, size).Select(rank => new Member(this, rank))];

    public IWorkerGroup this[int rank] => _members[rank];

    /// <summary>The rank that receives a wrong average, as if from a faulty collective; null for none.</summary>
    public int? CorruptedRank { get; init; }

    /// <summary>Runs the same work on all ranks concurrently.</summary>
    public async Task<T[]> RunAsync<T>(Func<IWorkerGroup, Task<T>> work) =>
        await Task.WhenAll(_members.Select(member => Task.Run(() => work(member)))).WaitAsync(TimeSpan.FromSeconds(120));

    private void AverageAll()
    {
        var sum = new float[_members[0].Values.Length];
        foreach (var member in _members)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += member.Values.Span[i];
            }
        }

        foreach (var member in _members)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                member.Values.Span[i] = sum[i] / _members.Length;
            }
        }

        if (CorruptedRank is { } rank)
        {
            _members[rank].Values.Span[0] += 1e-6f;
        }
    }

    private Task MeetAsync(Member member, Action whenAllAreHere)
    {
        lock (_gate)
        {
            member.Met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var met = member.Met.Task;
            if (++_arrived == _members.Length)
            {
                _arrived = 0;
                whenAllAreHere();
                foreach (var each in _members)
                {
                    each.Met.SetResult();
                }
            }

            return met;
        }
    }

    private sealed class Member(InProcessGroup group, int rank) : IWorkerGroup
    {
        public int Rank => rank;

        public int Size => group._members.Length;

        public Memory<float> Values { get; private set; }

        public TaskCompletionSource Met { get; set; } = new();

        private WeightDigest Digest { get; set; }

        public Task AverageAsync(Memory<float> values, CancellationToken cancellationToken)
        {
            Values = values;
            return group.MeetAsync(this, group.AverageAll).WaitAsync(cancellationToken);
        }

        public async Task<WeightDigest[]> GatherAsync(WeightDigest digest, CancellationToken cancellationToken)
        {
            Digest = WeightDigest.FromWords(digest.ToWords());
            await group.MeetAsync(this, static () => { }).WaitAsync(cancellationToken);
            return [.. group._members.Select(member => member.Digest)];
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
