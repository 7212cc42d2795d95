using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using SecureCollectives.Collectives;
using SecureCollectives.CompositeCalls;
using SecureCollectives.Reduction;

namespace SecureCollectives;

/// <summary>
/// Averages gradients in data-parallel training while the backward pass still computes others: gradients lie in buckets, and a bucket is
/// reduced as soon as all its gradients are ready.
/// </summary>
/// <remarks>
/// <para><b>A step.</b> The backward pass writes each gradient into <see cref="GradientOf"/> and then calls <see cref="MarkReady"/>; when
/// it has ended, <see cref="WaitAsync"/>. After that the same memory holds the averages, until the next step overwrites them. From
/// MarkReady until WaitAsync has completed a gradient is the library's.</para>
/// <para><b>Order.</b> The backward pass makes the last parameter's gradient first, and buckets are filled in that order. Gradients may
/// become ready in any order, and in another one on each rank: a bucket that is complete before an earlier one waits for it, so that all
/// ranks queue the same operations in the same order. Other calls of the same communicator would come between them; until WaitAsync was
/// called, make them on another communicator.</para>
/// <para>Ranks whose parameters have other lengths learn so. MarkReady may be called from any thread. After the first step, steps allocate
/// nothing.</para>
/// </remarks>
/// <typeparam name="T">float, double, <see cref="Half"/>, <see cref="BFloat16"/>, or what else the operation combines.</typeparam>
[SuppressMessage("Design", "CA1001", Justification = "A source of tokens without a timer or a wait handle holds nothing to dispose of.")]
public sealed class GradientBucketer<T>
    where T : unmanaged
{
    /// <summary>Parameters that a message names.</summary>
    private const int MaxNamed = 50;

    private readonly Communicator _group;
    private readonly ReduceOp _operation;
    private readonly BucketLayout _layout;
    private readonly GradientBucket<T>[] _buckets;

    /// <summary>Taken once for each gradient. The fields below are read and changed under it.</summary>
    private readonly Lock _gate = new();
    private readonly BucketProgress _progress;
    private bool _isAwaited;

    /// <summary>Aborts the operations of a step: the token of <see cref="WaitAsync"/> comes after they were queued.</summary>
    private CancellationTokenSource _cancellation = new();

    /// <summary>Makes the buckets; they take as much memory as the gradients.</summary>
    /// <param name="group">Whose ranks average their gradients.</param>
    /// <param name="lengths">Elements of each parameter's gradient, in the order of the forward pass; the same on all ranks.</param>
    /// <param name="options">Sizes and operator; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// There is no parameter, a length is negative, a size is not positive, or the operator is not for this element type.
    /// </exception>
    public GradientBucketer(Communicator group, ReadOnlySpan<int> lengths, GradientBucketerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(group);
        options ??= new GradientBucketerOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BucketBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.FirstBucketBytes, nameof(options));
        ArgumentNullException.ThrowIfNull(options.Operation, nameof(options));
        ArgumentOutOfRangeException.ThrowIfZero(lengths.Length, nameof(lengths));
        foreach (var length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(lengths));
        }

        _group = group;
        _operation = options.Operation;
        _layout = new BucketLayout(lengths, ElementType<T>.Size, options.FirstBucketBytes, options.BucketBytes);
        _progress = new BucketProgress(_layout);
        var (reducer, split) = (_operation.ReducerOf<T>(), SplitHash.Of(lengths, _operation.Detail));
        _buckets =
        [
            .. Enumerable.Range(0, _layout.Buckets).Select(bucket => new GradientBucket<T>(
                new T[_layout.LengthOf(bucket)],
                group.Schedules.AllReduce(ElementType<T>.Code, ElementType<T>.Size, _operation.Code, _layout.LengthOf(bucket), split),
                reducer)),
        ];
    }

    /// <summary>How many buckets there are: operations of a step.</summary>
    public int BucketCount => _buckets.Length;

    /// <summary>
    /// Where a parameter's gradient lies: before <see cref="MarkReady"/> this rank's, after <see cref="WaitAsync"/> the average. The same
    /// memory in every step, at first 0.
    /// </summary>
    /// <param name="parameter">Which, from 0, in the order of the lengths.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parameter.</exception>
    public Memory<T> GradientOf(int parameter)
    {
        CheckParameter(parameter);
        var (bucket, start, count) = _layout.PlaceOf(parameter);
        return _buckets[bucket].Gradients.Slice(start, count);
    }

    /// <summary>
    /// A gradient has been computed. Where it completes a bucket, and the buckets before it are under way, the bucket's AllReduce is
    /// queued.
    /// </summary>
    /// <param name="parameter">Which, from 0, in the order of the lengths.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parameter.</exception>
    /// <exception cref="InvalidOperationException">
    /// The gradient was marked already in this step; or too many operations are queued on the communicator: then it is marked, and the next
    /// call queues its bucket.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public void MarkReady(int parameter)
    {
        CheckParameter(parameter);
        lock (_gate)
        {
            if (!_progress.TryMark(parameter))
            {
                throw new InvalidOperationException(
                    $"The gradient of parameter {parameter} was marked ready twice; a step marks each once, and ends with "
                        + $"{nameof(WaitAsync)}.");
            }

            if (_operation.Scales)
            {
                var gradient = GradientOf(parameter).Span;
                _operation.Scale<T>(gradient, gradient);
            }

            QueueComplete();
        }
    }

    /// <summary>Waits until all gradients are averages, and begins the next step.</summary>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when all gradients are the caller's again.</returns>
    /// <exception cref="InvalidOperationException">
    /// Gradients were not marked ready; the message names their parameters. Nothing else has changed: what is complete is being reduced,
    /// and the step can be completed by marking the rest and calling this again. Until then the other ranks wait for this one, at most
    /// until their operation's time limit, and are told that it is this rank which they waited for; when this rank disposes the
    /// communicator, they are told so at once.
    /// </exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var cancellation = BeginWait();
        var registration = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), cancellation);
        ExceptionDispatchInfo? failure = null;
        foreach (var bucket in _buckets)
        {
            // Each is awaited, whatever became of those before: no loop touches a gradient after this method.
            try
            {
                await bucket.TakeReduction().ConfigureAwait(false);
            }
            catch (OperationCanceledException exception)
            {
                failure ??= ExceptionDispatchInfo.Capture(new OperationCanceledException(exception.Message, exception, cancellationToken));
            }
            catch (CollectiveException exception)
            {
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        await registration.DisposeAsync().ConfigureAwait(false);
        EndWait();
        failure?.Throw();
    }

    private CancellationTokenSource BeginWait()
    {
        lock (_gate)
        {
            if (_isAwaited)
            {
                throw new InvalidOperationException($"The step is already awaited; a step ends with one call of {nameof(WaitAsync)}.");
            }

            if (!_progress.IsComplete)
            {
                throw new InvalidOperationException($"Gradients were not marked ready: those of parameters {MissingWords()}.");
            }

            QueueComplete();
            _isAwaited = true;
            return _cancellation;
        }
    }

    private void EndWait()
    {
        lock (_gate)
        {
            // It can have fired when there was nothing left to abort.
            _cancellation = _cancellation.IsCancellationRequested ? new CancellationTokenSource() : _cancellation;
            _progress.Reset();
            _isAwaited = false;
        }
    }

    private void QueueComplete()
    {
        while (_progress.IsNextComplete)
        {
            _buckets[_progress.Next].Start(_group, _cancellation.Token);
            _progress.Advance();
        }
    }

    private string MissingWords()
    {
        var missing = _progress.Missing.ToArray();
        var named = string.Join(", ", missing.Take(MaxNamed));
        return missing.Length > MaxNamed ? $"{named} and {missing.Length - MaxNamed} more" : named;
    }

    private void CheckParameter(int parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(parameter, _layout.Parameters);
    }
}
