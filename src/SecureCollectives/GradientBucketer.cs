using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using SecureCollectives.Collectives;
using SecureCollectives.CompositeCalls;
using SecureCollectives.Reduction;

namespace SecureCollectives;

/// <summary>
/// Averages gradients in data-parallel training while the backward pass is still computing others. Gradients are grouped into buckets, and
/// a bucket is reduced as soon as all of its gradients are ready.
/// </summary>
/// <remarks>
/// <para><b>A step.</b> The backward pass writes each gradient into <see cref="GradientOf"/> and then calls <see cref="MarkReady"/>; at its
/// end it calls <see cref="WaitAsync"/>. The same memory then holds the averages, until the next step overwrites them. From MarkReady until
/// WaitAsync has completed, the caller must neither read nor write a gradient.</para>
/// <para><b>Order.</b> Buckets are filled from the last parameter to the first, the order in which the backward pass computes gradients.
/// Gradients may become ready in any order, which may differ between ranks: a bucket that is complete before an earlier one waits for it,
/// so that all ranks queue the same operations in the same order. Other calls on the same communicator would be interleaved with these
/// operations, so make them on another communicator until WaitAsync has been called.</para>
/// <para>If the lengths of the parameters differ between ranks, the operations fail on all ranks. MarkReady may be called from any thread.
/// After the first step, steps allocate nothing.</para>
/// </remarks>
/// <typeparam name="T">
/// The element type: float, double, <see cref="Half"/>, <see cref="BFloat16"/>, or another type that the operator supports.
/// </typeparam>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer or wait handle holds nothing to dispose of.")]
public sealed class GradientBucketer<T>
    where T : unmanaged
{
    /// <summary>The maximum number of parameters that a message lists.</summary>
    private const int MaxNamed = 50;

    private readonly Communicator _group;
    private readonly ReduceOp _operation;
    private readonly BucketLayout _layout;
    private readonly GradientBucket<T>[] _buckets;

    /// <summary>Guards the fields below. Taken once per gradient.</summary>
    private readonly Lock _gate = new();
    private readonly BucketProgress _progress;
    private bool _isAwaited;

    /// <summary>Cancels the operations of a step, which are queued before <see cref="WaitAsync"/> provides its token.</summary>
    private CancellationTokenSource _cancellation = new();

    /// <summary>Creates the buckets, which take as much memory as the gradients.</summary>
    /// <param name="group">The communicator. All of its ranks must make the same calls.</param>
    /// <param name="lengths">
    /// The number of elements in each parameter's gradient, in the order of the forward pass; the same on all ranks.
    /// </param>
    /// <param name="options">Bucket sizes and operator; null for the defaults. Read by the constructor only.</param>
    /// <exception cref="ArgumentException">
    /// There are no parameters, a length is negative, a bucket size is not positive, or the operator does not support the element type.
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

    /// <summary>The number of buckets, which is the number of operations per step.</summary>
    public int BucketCount => _buckets.Length;

    /// <summary>
    /// Returns the memory of a parameter's gradient: this rank's gradient before <see cref="MarkReady"/>, the average after
    /// <see cref="WaitAsync"/>. It is the same memory in every step, zero at first, and belongs to the bucketer.
    /// </summary>
    /// <param name="parameter">The parameter's index in the constructor's lengths, from 0.</param>
    /// <returns>The gradient, with as many elements as the constructor's lengths state for the parameter.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parameter.</exception>
    public Memory<T> GradientOf(int parameter)
    {
        CheckParameter(parameter);
        var (bucket, start, count) = _layout.PlaceOf(parameter);
        return _buckets[bucket].Gradients.Slice(start, count);
    }

    /// <summary>
    /// Marks a gradient as computed. If this completes its bucket, and the buckets before it are queued, queues the bucket's AllReduce.
    /// </summary>
    /// <param name="parameter">The parameter's index in the constructor's lengths, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parameter.</exception>
    /// <exception cref="InvalidOperationException">
    /// The gradient was already marked in this step. Also thrown if too many operations are queued on the communicator; the gradient is
    /// then marked, and the next call queues its bucket.
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
                    $"The gradient of parameter {parameter} was marked ready twice; "
                        + $"mark each gradient once per step, and end the step with {nameof(WaitAsync)}.");
            }

            if (_operation.Scales)
            {
                var gradient = GradientOf(parameter).Span;
                _operation.Scale<T>(gradient, gradient);
            }

            QueueComplete();
        }
    }

    /// <summary>Waits until all gradients are averaged, and starts the next step.</summary>
    /// <param name="cancellationToken">Cancels the wait, which aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when the library no longer accesses any gradient.</returns>
    /// <exception cref="InvalidOperationException">
    /// Some gradients were not marked ready; the message names their parameters. The call has no other effect: complete buckets are still
    /// being reduced, and the caller can mark the remaining gradients and call this method again. Until then, the other ranks wait for this
    /// rank. They fail when their operation times out, with this rank as the culprit, or immediately if this rank disposes the
    /// communicator. Also thrown if the step is already being awaited.
    /// </exception>
    /// <exception cref="CollectiveException">The operation failed on this rank or on another.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
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
            // Await every bucket, even after a failure: no loop may touch a gradient after this method returns.
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
                throw new InvalidOperationException($"The step is already being awaited; call {nameof(WaitAsync)} once per step.");
            }

            if (!_progress.IsComplete)
            {
                throw new InvalidOperationException($"The gradients of these parameters were not marked ready: {MissingWords()}.");
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
            // The token can fire after the last operation has ended.
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
