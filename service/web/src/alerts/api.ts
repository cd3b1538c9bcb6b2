import { content, contentAs, service } from '@/api/client'
import type { Delivery, Notice, Page, Subscription, SubscriptionWish } from '@/api/types'

export const KINDS = ['raised', 'joined', 'rebounded', 'assigned', 'due_soon', 'overdue', 'escalated', 'returned', 'concluded', 'transferred', 'reopened', 'reconsider', 'noted', 'voided', 'closed'] as const
export const CHANNELS = ['wecom', 'dingtalk', 'feishu', 'email', 'webhook'] as const
export const FREQUENCIES = ['at_once', 'daily', 'weekly'] as const

export function newestNotices(): Promise<{ items: Notice[]; position: number }> {
  return contentAs(service.GET('/api/notices', { params: { query: { limit: 30 } } }))
}

export function listSubscriptions(): Promise<Subscription[]> {
  return content(service.GET('/api/subscriptions'))
}

export function subscribe(body: SubscriptionWish): Promise<Subscription & { secret: string }> {
  return content(service.POST('/api/subscriptions', { body }))
}

export async function unsubscribe(subscription_id: number): Promise<void> {
  await service.DELETE('/api/subscriptions/{subscription_id}', { params: { path: { subscription_id } } })
}

export function listDeliveries(): Promise<Page<Delivery>> {
  return content(service.GET('/api/deliveries', { params: { query: { limit: 50 } } }))
}

export async function resend(delivery_id: string): Promise<void> {
  await service.POST('/api/deliveries/{delivery_id}/resend', { params: { path: { delivery_id } } })
}
